import CLinux
import Errors
import Glibc
import Linux

/// The socket that whoever started this shim left open for it; its number is in the environment.
enum InheritedSocket {
  static let variable = "GANTRY_SHIM_SOCKET"

  /// - Throws: `.invalidArgument` where there is none.
  static func take() throws(GantryError) -> FileDescriptor {
    guard let text = ProcessEnvironment.value(variable), let number = Int32(text), number > 2 else {
      throw GantryError(
        .invalidArgument,
        "no socket to serve: \(variable) must name the inherited socket; containerd calls `start`")
    }
    try retryingOnInterrupt("fcntl", "\(variable)=\(number)") { gantry_fcntl(number, F_GETFD, 0) }
    unsetenv(variable)
    return FileDescriptor(adopting: number)
  }
}
