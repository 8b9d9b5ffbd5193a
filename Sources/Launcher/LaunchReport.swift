import CLauncher
import Errors
import Glibc

extension GantryError {
  /// What the child or the launcher has to say of a failure.
  init(_ report: gl_report) {
    let text = withUnsafeBytes(of: report.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let code: ErrorCode =
      switch gl_class(UInt32(bitPattern: report.class_)) {
      case GL_COMMAND_NOT_FOUND: .notFound
      case GL_COMMAND_NOT_EXECUTABLE: .permissionDenied
      case GL_INVALID: .invalidArgument
      case GL_REFUSED: .failedPrecondition
      case GL_TIMED_OUT: .deadlineExceeded
      default: Self.code(other: report.error)
      }
    let message = text.isEmpty ? "the container's process ended without a word" : text
    let cause: Cause? =
      switch code {
      case .notFound, .permissionDenied:
        .system(call: Self.commandCall, errno: report.error == 0 ? ENOENT : report.error, object: "")
      default: report.error == 0 ? nil : .system(call: "launch", errno: report.error, object: "")
      }
    self.init(code, message, cause: cause)
  }

  private static let commandCall = "execve"

  /// Whether a launch failed for its command: 127 where that is not there, 126 where it cannot be executed; else nil.
  public var commandExitCode: Int32? {
    guard case .system(Self.commandCall, _, _) = cause else { return nil }
    return code == .notFound ? 127 : 126
  }

  /// `.notFound` and `.permissionDenied` are kept for the command itself.
  private static func code(other errno: Int32) -> ErrorCode {
    let code = ErrorCode(errno: errno)
    return code == .notFound || code == .permissionDenied ? .failedPrecondition : errno == 0 ? .internal : code
  }
}
