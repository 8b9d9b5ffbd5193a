import AsyncWire
import Errors
import Glibc
import Linux

/// The `main` of a plugin in Swift.
///
/// ```swift
/// import PluginKit
///
/// PluginMain.run(kind: "snapshotter", name: "tape", version: "1.0") { environment in
///   [TapeSnapshotter(directory: environment.dataDirectory).routes]
/// }
/// ```
///
/// It serves on the socket the supervisor hands over until that is closed or Shutdown is called; with
/// `--listen PATH` on a socket of its own. Works in fully static executables.
public enum PluginMain {
  /// Runs the plugin and ends the process: 0 after an orderly end, 1 after an error, 2 when called wrongly.
  ///
  /// - Parameters:
  ///   - kind: "content", "snapshotter", "network" or "runtime".
  ///   - name: "local", "overlay", ...; the executable is `gantry-<kind>-<name>`.
  ///   - capabilities: free words that `gantry plugin ls` shows.
  ///   - routes: sets the plugin up. It must answer within 5 seconds; what it throws is the
  ///     reason that people see in `gantry plugin ls`.
  public static func run(
    kind: String, name: String, version: String, capabilities: [String] = [],
    _ routes: @escaping @Sendable (PluginEnvironment) async throws -> [ServiceRoutes]
  ) -> Never {
    signal(SIGPIPE, SIG_IGN)
    let description = PluginDescription(kind: kind, name: name, version: version, capabilities: capabilities)
    let program = "gantry-\(description.kind)-\(description.name)"
    let place: ServingPlace
    do throws(GantryError) {
      place = try ServingPlace(arguments: Array(CommandLine.arguments.dropFirst()), program: program)
    } catch {
      PluginLog().error(error.message)
      exit(2)
    }
    // The main thread only waits. Awaiting on it would hand it to Dispatch, which ends it with pthread_exit(3), and the
    // unwinder then reads the whole program's frame tables: 10 ms, and 10 MiB of resident pages for each plugin.
    Task.detached {
      do {
        try await serve(description, at: place, routes)
        exit(0)
      } catch {
        PluginLog().error("\(error)")
        exit(1)
      }
    }
    while true { pause() }
  }

  private static func serve(
    _ description: PluginDescription, at place: ServingPlace,
    _ routes: @Sendable (PluginEnvironment) async throws -> [ServiceRoutes]
  ) async throws {
    let environment = try PluginEnvironment { name in getenv(name).map { String(cString: $0) } }
    for directory in [environment.dataDirectory, environment.runDirectory] {
      guard mkdir(directory, 0o711) == 0 || errno == EEXIST else { throw GantryError.system("mkdir", directory) }
    }
    try await DataDirectoryLock.take(environment.dataDirectory)
    let server = PluginServer(description, routes: try await routes(environment))
    switch place {
    case .inherited(let socket): await server.serve(connection: socket)
    case .path(let path): try await server.serve(path: path)
    }
  }
}
