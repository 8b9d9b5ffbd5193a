import CLinux
import Errors
import Glibc
import Linux

/// Where a plugin serves.
enum ServingPlace: Sendable {
  /// The socket whose number is in GANTRY_PLUGIN_SOCKET.
  case inherited(FileDescriptor)
  /// A socket of its own.
  case path(String)

  /// - Throws: `.invalidArgument` with a sentence on how to start a plugin.
  init(arguments: [String], program: String) throws(GantryError) {
    switch (arguments.first, arguments.count) {
    case ("--listen", 2):
      self = .path(arguments[1])
    case (nil, 0):
      guard let text = getenv("GANTRY_PLUGIN_SOCKET").map({ String(cString: $0) }) else {
        throw GantryError(.invalidArgument, "\(program) is started by gantryd; \(Self.usage(program))")
      }
      guard let number = Int32(text), gantry_fcntl(number, F_SETFD, Int(FD_CLOEXEC)) == 0 else {
        throw GantryError(.invalidArgument, "GANTRY_PLUGIN_SOCKET=\(text) is no open descriptor")
      }
      self = .inherited(FileDescriptor(adopting: number))
    default:
      throw GantryError(
        .invalidArgument, "unknown arguments: \(arguments.joined(separator: " ")); \(Self.usage(program))")
    }
  }

  private static func usage(_ program: String) -> String {
    """
    to serve on a socket of its own: GANTRY_PLUGIN_DATA=DIR GANTRY_PLUGIN_RUN=DIR \(program) --listen PATH
    """
  }
}
