import CLauncher
import Cgroups
import Errors
import Glibc
import Linux
import RuntimeSpec

/// From an OCI specification to a running process.
///
/// Every call blocks until it is done, never longer than the request's timeout, and leaves neither process nor
/// mount behind when it fails. Meant for programs of one thread; the child takes no lock that another thread
/// could hold, so that programs with several may call it too.
///
/// Errors: `.notFound` means that the command is not in the container (exit code 127) and `.permissionDenied`
/// that it cannot be executed (126). No other failure has these two codes.
public enum Launcher {
  /// Makes a container's first process: all is done but executing its command.
  ///
  /// - Parameter meanwhile: what the caller has to do while the process builds its root; behind it the request's cgroup is
  ///   there in all hierarchies, with its limits, and the process joins it.
  /// - Throws: see `Launcher`; `.invalidArgument` for a specification that cannot be met, `.failedPrecondition` where
  ///   the host refuses something, `.deadlineExceeded` past the request's timeout; what `meanwhile` throws.
  public static func create(
    _ request: LaunchRequest, meanwhile: () throws(GantryError) -> Void = {}
  ) throws(GantryError) -> LaunchedProcess {
    let plan = try plan(request)
    plan.raw.pointee.joins_late = true
    return try launch(plan) { () throws(GantryError) in
      try meanwhile()
      try plan.setTasks(request.cgroup)
    }
  }

  /// Does for a process that is never made what comes before it is made, so that it is quicker the next time.
  ///
  /// - Throws: as `create(_:)`.
  public static func rehearse(_ request: LaunchRequest) throws(GantryError) { _ = try plan(request) }

  private static func plan(_ request: LaunchRequest) throws(GantryError) -> LaunchPlan {
    let specification = request.specification
    guard let process = specification.process, let linux = specification.linux else {
      throw GantryError(.invalidArgument, "the OCI configuration has no process or no linux section; add both")
    }
    let plan = try LaunchPlan()
    plan.setTimeout(request.timeout)
    try plan.setNamespaces(linux, network: request.networkNamespace)
    try plan.setRoot(request)
    try plan.setProcess(process, user: .init(annotations: specification.annotations))
    try plan.setPersonality(linux.personality)
    try plan.setFilter(linux.seccomp, cache: request.seccompCache)
    try plan.setUnified(request.cgroup)
    plan.setStreams(request.streams, size: process.consoleSize)
    plan.setInherited(request.inherited)
    plan.setHooks(request)
    plan.raw.pointee.new_keyring = request.usesNewKeyring
    plan.raw.pointee.keyring_name = plan.copy("_ses.\(request.id)")
    try plan.setGate(request.gate)
    return plan
  }

  /// Runs one more process in a running container.
  ///
  /// - Throws: as `create(_:)`; `.failedPrecondition` also where the container has ended.
  public static func exec(_ request: ExecRequest) throws(GantryError) -> LaunchedProcess {
    let plan = try LaunchPlan()
    plan.setTimeout(request.timeout)
    try plan.joinAll(of: request.containerPid)
    try plan.setProcess(request.process, user: .init(user: request.user, groups: request.groups))
    plan.raw.pointee.limits_by_parent = false
    try plan.setPersonality(request.specification.linux?.personality)
    try plan.setFilter(request.specification.linux?.seccomp, cache: request.seccompCache)
    try plan.setUnified(request.cgroup)
    try plan.setTasks(request.cgroup)
    plan.setStreams(request.streams, size: request.process.consoleSize)
    plan.setInherited(request.inherited)
    plan.raw.pointee.new_keyring = request.usesNewKeyring
    plan.raw.pointee.keyring_name = plan.copy("_ses.\(request.containerPid)")
    try plan.setGate(request.gate)
    return try launch(plan)
  }

  private static func launch(
    _ plan: LaunchPlan, meanwhile: () throws(GantryError) -> Void = {}
  ) throws(GantryError) -> LaunchedProcess {
    var launched = gl_launched()
    var report = gl_report()
    defer { withExtendedLifetime(plan) {} }
    guard gl_begin(plan.raw, &launched, &report) == 0 else { throw GantryError(report) }
    if plan.raw.pointee.joins_late {
      do throws(GantryError) {
        try meanwhile()
      } catch {
        gl_discard(&launched)
        throw error
      }
      guard gl_admit(plan.raw, &launched, &report) == 0 else { throw GantryError(report) }
    }
    guard gl_finish(plan.raw, &launched, &report) == 0 else { throw GantryError(report) }
    return LaunchedProcess(
      pid: launched.pid, pidfd: FileDescriptor(adopting: launched.pidfd),
      terminal: launched.terminal < 0 ? nil : FileDescriptor(adopting: launched.terminal),
      channel: launched.channel < 0 ? nil : FileDescriptor(adopting: launched.channel))
  }

  /// Starts a container that was created with `LaunchGate.directory`, from whichever process.
  ///
  /// - Throws: as `LaunchedProcess.start(timeout:)`; the process is not reaped here.
  public static func start(gateDirectory: String, timeout: Duration = .seconds(30)) throws(GantryError) {
    var report = gl_report()
    let gate = LaunchPlan.gatePaths(gateDirectory)
    guard gl_start_by_gate(gate.start, gate.errors, timeout.milliseconds, &report) == 0 else {
      throw GantryError(report)
    }
  }

  /// Runs hooks on the host, one after the other, each with `state` on standard input.
  ///
  /// - Throws: `.failedPrecondition` naming the first hook that fails or takes too long.
  public static func run(_ hooks: [Hook], state: ContainerState) throws(GantryError) {
    guard !hooks.isEmpty else { return }
    let plan = try LaunchPlan()
    let text = state.json.serialized()
    for hook in hooks {
      plan.raw.pointee.host_hooks = gl_hooks()
      plan.add([hook], to: &plan.raw.pointee.host_hooks)
      guard let item = plan.raw.pointee.host_hooks.items else { continue }
      var report = gl_report()
      let result = text.withUnsafeBytes { bytes in
        bytes.withMemoryRebound(to: CChar.self) { gl_run_hook(item, $0.baseAddress, $0.count, &report) }
      }
      guard result == 0 else { throw GantryError(report) }
    }
  }
}
