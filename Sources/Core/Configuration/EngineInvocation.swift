import Errors
import Glibc
import Linux

/// What a person who typed `gantryd ...` wants.
public enum EngineInvocation: Sendable, Equatable {
  case run(EngineConfiguration)
  case help
  case version

  /// The text of `gantryd --help`.
  public static let usage = """
    Usage: gantryd [OPTIONS]

    The supervisor of a container engine.

    Options:
          --config FILE       Configuration (default \(EngineConfiguration.defaultFile), where there is one)
      -D, --debug             Log more
      -h, --help              Print this and exit
          --plugin-dir DIR    Look for plugins here too; may be given several times
          --root DIR          What must survive a reboot (default /var/lib/gantry)
          --run DIR           What is gone after a reboot (default /run/gantry)
          --socket PATH       Where clients connect (default RUN/gantry.sock)
      -v, --version           Print the version and exit

    """

  private struct Flags {
    var values: [String: [String]] = [:]
    var isDebugging = false
  }

  /// Reads the command line and the configuration file.
  ///
  /// A flag counts more than the file's key for the same thing.
  ///
  /// - Parameter arguments: without the program's name.
  /// - Throws: `.invalidArgument` for an unknown flag, a missing value or a configuration that is not
  ///   right; `.notFound` where the file of `--config` is missing.
  public init(arguments: [String]) throws(GantryError) {
    var flags = Flags()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "-h", "--help":
        self = .help
        return
      case "-v", "--version":
        self = .version
        return
      case "-D", "--debug": flags.isDebugging = true
      default: try Self.readValue(argument, &rest, into: &flags)
      }
    }
    self = .run(try Self.configuration(flags))
  }

  private static let flagsWithValue: Set = ["--config", "--plugin-dir", "--root", "--run", "--socket"]

  private static func readValue(
    _ argument: String, _ rest: inout ArraySlice<String>, into flags: inout Flags
  ) throws(GantryError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard flagsWithValue.contains(parts[0]) else {
      let what = argument.hasPrefix("-") ? "unknown flag" : "unexpected argument"
      throw GantryError(.invalidArgument, "\(what): \(argument); see gantryd --help")
    }
    guard let value = parts.count == 2 ? parts[1] : rest.popFirst(), !value.isEmpty else {
      throw GantryError(.invalidArgument, "flag needs a value: \(parts[0]); see gantryd --help")
    }
    flags.values[parts[0], default: []].append(absolute(value))
  }

  private static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let directory = getcwd(nil, 0) else { return path }
    defer { free(directory) }
    return "\(String(cString: directory))/\(path)"
  }

  private static func configuration(_ flags: Flags) throws(GantryError) -> EngineConfiguration {
    var configuration = EngineConfiguration()
    let given = flags.values["--config"]?.last
    let file = given ?? EngineConfiguration.defaultFile
    if let given, let slash = given.lastIndex(of: "/") {
      configuration.certificateDirectories.insert("\(given[..<slash])/certs.d", at: 0)
    }
    if let document = try AtomicFile.read(file, limit: 1 << 20) {
      try configuration.apply(document, path: file)
    } else if let given {
      throw GantryError(.notFound, "configuration \(given) does not exist; create it or leave --config out")
    }
    if let root = flags.values["--root"]?.last { configuration.rootDirectory = root }
    if let run = flags.values["--run"]?.last { configuration.runDirectory = run }
    configuration.socketPath = flags.values["--socket"]?.last ?? "\(configuration.runDirectory)/gantry.sock"
    configuration.pluginDirectories += flags.values["--plugin-dir"] ?? []
    if flags.isDebugging { configuration.isDebugging = true }
    return configuration
  }
}
