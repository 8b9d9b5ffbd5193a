import CLinux
import Errors
import Glibc
import Version

/// The `gantry` program.
public enum Program {
  /// Runs one command line in this process's environment.
  ///
  /// - Parameter arguments: without the program's name.
  /// - Returns: the exit code.
  public static func main(arguments: [String]) async -> Int32 {
    // A reader that goes away is an error of the write, not the end of the process: the terminal must be restored.
    signal(SIGPIPE, SIG_IGN)
    gantry_share_one_heap()
    let lookup: EnvironmentLookup = { name in getenv(name).map { String(cString: $0) } }
    return await run(
      arguments,
      in: Surroundings(
        console: .standard(), environment: lookup, workingDirectory: currentDirectory(), catchesSignals: true))
  }

  /// Runs one command line.
  ///
  /// - Returns: the exit code.
  package static func run(_ arguments: [String], in surroundings: Surroundings) async -> Int32 {
    do {
      return try await dispatch(arguments, surroundings)
    } catch {
      let failure = CommandFailure(error)
      if let sentence = failure.sentence { surroundings.console.complain(sentence) }
      return failure.exitCode
    }
  }

  private static func dispatch(_ arguments: [String], _ surroundings: Surroundings) async throws -> Int32 {
    let console = surroundings.console
    let width = Console.windowSize(of: console.input).map { Int($0.columns) } ?? 80
    let (globals, outcome) = try GantryCommands.tree.resolve(arguments, width: width)
    if let level = globals.string("log-level"), !["debug", "info", "warn", "error", "fatal"].contains(level) {
      throw CommandFailure.local("Unable to parse logging level: \(level)")
    }
    switch outcome {
    case .help(let text):
      try console.print(text)
      return 0
    case .version:
      try console.print("Gantry version \(ProductVersion.number), build \(ProductVersion.commit)\n")
      return 0
    case .run(let invocation, let handler):
      let host = globals.string("host") ?? surroundings.environment("GANTRY_HOST").flatMap { $0.isEmpty ? nil : $0 }
      let address = if let host { try EngineAddress(host) } else { EngineAddress.standard }
      let session = Session(surroundings, address: address)
      defer { session.disconnect() }
      return try await handler(invocation, session)
    }
  }

  private static func currentDirectory() -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "/"
  }
}
