import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux

/// The life of the program: confine, serve the one connection, end with it.
public enum RegistryMain {
  /// The connection to the supervisor.
  private static let socketNumber: Int32 = 3

  /// Serves descriptor 3 and ends the process when the supervisor is done with it. The process must have one thread.
  ///
  /// - Parameter arguments: the program's, without its name: see `Timing+Arguments.swift`.
  public static func run(_ arguments: [String]) -> Never {
    signal(SIGPIPE, SIG_IGN)
    do throws(GantryError) {
      let timing = try Timing(arguments: arguments)
      try Confinement.enter()
      let loop = try TransferLoop()
      // The main thread only waits, as in plugins. The end is without clean-up: a transfer may still be under way.
      Task.detached {
        let server = Server(routes: [RegistryService(timing, loop).routes])
        await server.serve(connection: FileDescriptor(adopting: socketNumber))
        _exit(0)
      }
    } catch {
      try? FileDescriptor(adopting: STDERR_FILENO).writeAll(Array("gantry-registry: \(error.message)\n".utf8))
      _exit(1)
    }
    while true { pause() }
  }
}
