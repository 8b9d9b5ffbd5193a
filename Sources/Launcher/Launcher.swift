import Cgroups
import Errors
import Linux
import RuntimeSpec

/// From an OCI specification to a running process.
///
/// Every call blocks until it is done, never longer than the request's timeout, and leaves neither process nor
/// mount behind when it fails. Meant for programs of one thread; the child touches no lock of another thread, so
/// that programs with several may call it too.
///
/// Errors: `.notFound` means that the command is not in the container (exit code 127) and `.permissionDenied`
/// that it cannot be executed (126). No other failure has these two codes.
public enum Launcher {
  /// Makes a container's first process: all is done but executing its command.
  ///
  /// - Throws: see `Launcher`; `.invalidArgument` for a specification that cannot be met, `.failedPrecondition` where
  ///   the host refuses something, `.deadlineExceeded` past the request's timeout.
  public static func create(_ request: LaunchRequest) throws(GantryError) -> LaunchedProcess {
    throw GantryError(.unimplemented, "container \(request.id) cannot be launched by this version")
  }

  /// Runs one more process in a running container.
  ///
  /// - Throws: as `create(_:)`.
  public static func exec(_ request: ExecRequest) throws(GantryError) -> LaunchedProcess {
    throw GantryError(.unimplemented, "process in \(request.containerPid) cannot be launched by this version")
  }

  /// Starts a container that was created with `LaunchGate.directory`, from whichever process.
  ///
  /// - Throws: as `LaunchedProcess.start(timeout:)`.
  public static func start(gateDirectory: String, timeout: Duration = .seconds(30)) throws(GantryError) {
    throw GantryError(.unimplemented, "\(gateDirectory) \(timeout)")
  }

  /// Runs hooks on the host, one after the other, each with `state` on standard input.
  ///
  /// - Throws: `.failedPrecondition` naming the first hook that fails or takes too long.
  public static func run(_ hooks: [Hook], state: ContainerState) throws(GantryError) {
    throw GantryError(.unimplemented, "\(hooks.count) \(state.id)")
  }
}
