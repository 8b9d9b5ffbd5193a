import Conformance
import Errors
import Glibc
import Linux

/// The logic of `gantry-plugin-check`, which `gantry plugin check` runs.
public enum PluginCheck {
  static let usage = """
    Usage: gantry-plugin-check [--config JSON] PATH

    Starts the plugin at PATH on scratch directories and checks it against the contract of its kind
    (proto/ says what that is). Prints one line a check. Exits with 0 when none failed, 1 when one did or the
    plugin does not start, 2 when called wrongly. A snapshotter's files are checked through its mounts and a
    network plugin runs in a network namespace of its own; both take root.

    """

  /// Runs the command.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - print: takes the output.
  ///   - complain: takes what belongs on standard error.
  /// - Returns: the exit status.
  public static func run(
    _ arguments: [String], print: (String) -> Void, complain: (String) -> Void
  ) async -> Int32 {
    var rest = arguments[...]
    var configuration = "{}"
    while let first = rest.first, first.hasPrefix("-") {
      rest.removeFirst()
      switch first {
      case "-h", "--help":
        print(usage)
        return 0
      case "--config" where !rest.isEmpty: configuration = rest.removeFirst()
      default:
        complain("gantry-plugin-check: unknown flag or missing value: \(first); see gantry-plugin-check --help\n")
        return 2
      }
    }
    guard let path = rest.first, rest.count == 1 else {
      complain("gantry-plugin-check: name one plugin's executable; see gantry-plugin-check --help\n")
      return 2
    }
    do {
      return try await check(path, configuration, print)
    } catch {
      complain("gantry-plugin-check: \(error)\n")
      return 1
    }
  }

  private static func check(_ path: String, _ configuration: String, _ print: (String) -> Void) async throws -> Int32 {
    let program = try executable(path)
    let scratch = try ScratchDirectory()
    defer { scratch.remove() }
    // The file's name is only a hint: the plugin itself says below what it is.
    let looksLikeNetwork = program.split(separator: "/").last?.hasPrefix("gantry-network-") ?? false
    let plugin = try await PluginProcess(
      program: program, directory: scratch.path, configuration: configuration,
      isIsolated: looksLikeNetwork && geteuid() == 0)
    let description = await plugin.description
    print("\(description.kind) \"\(description.name)\" \(description.version), \(program)\n")
    guard let suite = ConformanceSuite(kind: description.kind) else {
      try await plugin.stop()
      throw GantryError(
        .failedPrecondition,
        "it says that it is a \"\(description.kind)\"; the kinds are content, snapshotter, network and runtime")
    }
    var isPassed = true
    for suite in [ConformanceSuite.plugin, suite] {
      let report = await suite.run(plugin)
      print(report.table())
      isPassed = isPassed && report.isPassed
    }
    do {
      try await plugin.stop()
    } catch {
      print("FAIL  \(error)\n")
      isPassed = false
    }
    print(isPassed ? "the plugin meets the contract\n" : "the plugin does not meet the contract\n")
    return isPassed ? 0 : 1
  }

  private static func executable(_ path: String) throws -> String {
    guard let resolved = realpath(path, nil) else {
      throw GantryError(.notFound, "no such plugin: \(path)")
    }
    defer { free(resolved) }
    let program = String(cString: resolved)
    var status = stat()
    guard stat(program, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw GantryError(.invalidArgument, "\(path) is not a file; name the plugin's executable")
    }
    guard access(program, X_OK) == 0 else {
      throw GantryError(.permissionDenied, "\(path) is not executable; chmod +x it")
    }
    if let complaint = ProgramHead(program).complaint {
      throw GantryError(.invalidArgument, "\(path) cannot be executed: \(complaint)")
    }
    return program
  }
}
