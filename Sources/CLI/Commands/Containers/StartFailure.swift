import Errors

/// What a container that could not be created or started means for the exit code of `run`, `start` and `exec`.
package enum StartFailure {
  /// The one place where an error of a start becomes an exit code, as shells have them.
  package static func exitCode(_ failure: CommandFailure) -> Int32 {
    switch failure {
    case .engine(let error) where error.code == .notFound: 127
    case .engine(let error) where error.code == .permissionDenied: 126
    case .usage(_, let exitCode), .silent(let exitCode): exitCode
    default: 125
    }
  }

  /// Docker's shape for an error of `run`: the program's name before it, where to look after it.
  ///
  /// - Parameter exitCode: 125 for what went wrong before the start.
  package static func shaped(_ failure: CommandFailure, path: String, exitCode: Int32 = 125) -> CommandFailure {
    switch failure {
    case .usage, .silent: return failure
    default:
      let program = path.prefix { $0 != " " }
      let text = "\(program): \(failure.sentence ?? "")\n\nRun '\(path) --help' for more information"
      return .usage(text, exitCode: exitCode)
    }
  }
}
