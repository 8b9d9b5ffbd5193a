/// The one error type of the engine: what kind of failure, which object and what to do about it, and why.
///
/// `message` is a sentence for the person at the terminal. Nothing is ever matched on its text: what a
/// program must tell apart has a `code`.
public struct GantryError: Error, Sendable {
  public let code: ErrorCode
  public let message: String
  public let cause: Cause?

  /// Why it failed.
  public indirect enum Cause: Sendable {
    /// A system call: its name, the errno it left, and the path or object it was about ("" where none).
    case system(call: String, errno: Int32, object: String)
    case error(GantryError)
  }

  public init(_ code: ErrorCode, _ message: String, cause: Cause? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The errno of the system call at the bottom of this error, if there is one.
  public var errno: Int32? {
    switch cause {
    case .system(_, let errno, _): errno
    case .error(let error): error.errno
    case nil: nil
    }
  }

  /// The same failure seen from further out: `message` comes before what is already said.
  public func wrapped(_ prefix: String) -> GantryError {
    GantryError(code, "\(prefix): \(message)", cause: cause)
  }
}

extension GantryError: CustomStringConvertible {
  public var description: String { message }
}
