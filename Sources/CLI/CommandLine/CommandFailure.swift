import Errors

/// Why a command ends without having done what it was asked.
package enum CommandFailure: Error, Sendable {
  /// The command line makes no sense; the text is whole, with its usage line.
  case usage(String, exitCode: Int32)
  /// The engine answered with an error.
  case engine(GantryError)
  /// Nobody listens at this address, or the connection broke.
  case unreachable(String)
  /// Something on this side went wrong, or was asked for wrongly.
  case local(String)
  /// All has been said already.
  case silent(exitCode: Int32)

  /// The sentence for standard error; nil where there is nothing left to say.
  package var sentence: String? {
    switch self {
    case .usage(let text, _): text
    case .engine(let error): "Error response from daemon: \(error.message)"
    case .unreachable(let address): "Cannot connect to the Gantry daemon at \(address). Is gantryd running?"
    case .local(let text): text
    case .silent: nil
    }
  }

  /// The exit code of a command that has no codes of its own.
  package var exitCode: Int32 {
    switch self {
    case .usage(_, let exitCode), .silent(let exitCode): exitCode
    default: 1
    }
  }

  /// What any thrown error comes to.
  package init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as GantryError: self = .local(error.message)
    case is CancellationError: self = .local("the command was cancelled")
    default: self = .local("\(error)")
    }
  }
}
