import CLinux
import Cgroups
import Errors
import Glibc
import JSON
import Launcher
import Linux
import RuntimeSpec
import Version

/// The OCI runtime command line: each invocation is one command on one container.
public struct OCIRuntime {
  package let arguments: RuntimeArguments
  let root: String

  /// Where state is kept unless `--root` says otherwise.
  public static let defaultRoot = "/run/gantry/runtime"

  init(_ arguments: RuntimeArguments) {
    self.arguments = arguments
    root = arguments.value("root") ?? Self.defaultRoot
  }

  /// Runs a command line (without the program's name) and answers with the exit code. Errors go to standard error,
  /// and to the file of `--log`.
  public static func main(_ words: [String]) -> Int32 {
    // A reader that has gone is an error of write(2), not the end of this program.
    signal(SIGPIPE, SIG_IGN)
    var log = RuntimeLog(path: nil, isJSON: false)
    do throws(GantryError) {
      let arguments = try RuntimeArguments(words)
      log = RuntimeLog(path: arguments.value("log"), isJSON: arguments.value("log-format") == "json")
      return try OCIRuntime(arguments).run()
    } catch {
      log.report(error)
      // 127 and 126 as a shell has them, 1 for the rest, as runc.
      return error.commandExitCode ?? 1
    }
  }

  private func run() throws(GantryError) -> Int32 {
    if arguments.has("version", "v") { return printVersion() }
    if arguments.has("help", "h") || arguments.command.isEmpty { return printHelp() }
    if arguments.has("systemd-cgroup") {
      throw GantryError(
        .unimplemented, "--systemd-cgroup is not supported: Gantry makes its cgroups itself; leave the option out")
    }
    switch arguments.command {
    case "create": return try create()
    case "run": return try runContainer()
    case "start": return try start()
    case "state": return try state()
    case "kill": return try kill()
    case "delete": return try delete()
    case "exec": return try exec()
    case "list": return try list()
    case "pause": return try pause()
    case "resume": return try resume()
    case "ps": return try processes()
    case "update": return try update()
    case "features": return features()
    case "spec": return try specification()
    case "help": return printHelp()
    default:
      throw GantryError(
        .invalidArgument, "command \"\(arguments.command)\" is unknown; see gantry-runtime --help")
    }
  }

  func printOut(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, gantry_errno() == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  private func printVersion() -> Int32 {
    printOut(
      """
      gantry-runtime version \(ProductVersion.number)
      commit: \(ProductVersion.commit)
      spec: \(Specification.version)

      """)
    return 0
  }

  private func printHelp() -> Int32 {
    printOut(
      """
      Usage: gantry-runtime [OPTIONS] COMMAND [COMMAND OPTIONS] ID

      Commands:
        create ID    make a container from a bundle (-b DIR), up to its command
        start ID     let a created container execute its command
        run ID       create and start; waits for its end unless -d
        state ID     print the container's state
        kill ID [SIGNAL]
        delete ID    remove a stopped container (--force kills it first)
        exec ID COMMAND [ARG...]
        list, ps ID, pause ID, resume ID, update ID, features, spec

      Options:
        --root DIR           where state is kept (\(Self.defaultRoot))
        --log FILE           write errors there, too
        --log-format FORMAT  text or json

      Options of create and run: -b/--bundle DIR, --pid-file FILE, --console-socket PATH, --no-pivot, --no-new-keyring,
      --preserve-fds N.

      """)
    return 0
  }
}
