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
    _ routes: @escaping PluginProgram.Setup
  ) -> Never {
    run(
      PluginProgram(kind: kind, name: name, version: version, capabilities: capabilities, routes),
      Array(CommandLine.arguments.dropFirst()))
  }

  /// Runs one of several plugins that share an executable: the one whose `gantry-<kind>-<name>` it is called by, or whose
  /// `<kind>-<name>` is its first argument. Ends the process as above.
  public static func run(oneOf programs: [PluginProgram]) -> Never {
    do throws(GantryError) {
      let (program, arguments) = try PluginProgram.chosen(from: programs, by: CommandLine.arguments)
      run(program, arguments)
    } catch {
      PluginLog().error(error.message)
      exit(2)
    }
  }

  private static func run(_ program: PluginProgram, _ arguments: [String]) -> Never {
    signal(SIGPIPE, SIG_IGN)
    let place: ServingPlace
    do throws(GantryError) {
      place = try ServingPlace(arguments: arguments, program: program.executableName)
    } catch {
      PluginLog().error(error.message)
      exit(2)
    }
    // The main thread only waits. Awaiting on it would hand it to Dispatch, which ends it with pthread_exit(3), and the
    // unwinder then reads the whole program's frame tables: 10 ms, and 10 MiB of resident pages for each plugin.
    Task.detached {
      do {
        try await serve(program, at: place)
        exit(0)
      } catch {
        PluginLog().error("\(error)")
        exit(1)
      }
    }
    while true { pause() }
  }

  private static func serve(_ program: PluginProgram, at place: ServingPlace) async throws {
    let environment = try PluginEnvironment { name in getenv(name).map { String(cString: $0) } }
    for directory in [environment.dataDirectory, environment.runDirectory] {
      guard mkdir(directory, 0o711) == 0 || errno == EEXIST else { throw GantryError.system("mkdir", directory) }
    }
    try await DataDirectoryLock.take(environment.dataDirectory)
    let server = PluginServer(program.description, routes: try await program.setUp(environment))
    switch place {
    case .inherited(let socket): await server.serve(connection: socket)
    case .path(let path): try await server.serve(path: path)
    }
  }
}
