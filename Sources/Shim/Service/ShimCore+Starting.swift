import CLinux
import Errors
import Glibc
import Launcher
import Linux
import Messages
import RuntimeSpec

extension ShimCore {
  /// Lets a process execute its command.
  ///
  /// - Returns: its pid.
  /// - Throws: `GantryError`; the process has ended then.
  func start(_ container: Container, _ process: ContainerProcess) throws(GantryError) -> Int32 {
    switch process.state {
    case .registered(let specification):
      return try startExec(container, process, specification)
    case .created(let launched):
      return try startFirst(container, process, launched)
    case .running: throw GantryError(.unknown, "cannot start a running process")
    case .stopped: throw GantryError(.unknown, "cannot start a stopped process")
    }
  }

  private func startFirst(
    _ container: Container, _ process: ContainerProcess, _ launched: LaunchedProcess
  ) throws(GantryError) -> Int32 {
    do throws(GantryError) {
      try launched.start()
    } catch {
      reaper.forget(launched.pid)
      process.io?.takeRemainingOutput()
      record(container, ProcessExit(pid: launched.pid, status: Self.status(of: error), time: .now()))
      throw error
    }
    let now = GoogleProtobuf.Timestamp.now()
    process.startedAt = now
    process.state = .running(pid: launched.pid, pidfd: launched.pidfd, since: now)
    noteForRecovery(container, process)
    events.publish(
      "/tasks/start", ContainerdEvents.TaskStart(containerId: container.id, pid: UInt32(launched.pid)))
    run(container.specification.hooks?.poststart, of: container, status: "running")
    return launched.pid
  }

  /// Announces a further process.
  ///
  /// - Throws: `.alreadyExists`, or what the container's state forbids.
  func register(
    _ container: Container, execID: String, specification: ProcessSpec, streams: ContainerdEvents.TaskIO
  ) throws(GantryError) -> ContainerProcess {
    try ContainerIdentifier.check(execID, what: "exec id")
    guard container.execs[execID] == nil else {
      throw GantryError(.alreadyExists, "id \(execID): already exists")
    }
    if container.process.exit != nil { throw GantryError(.unknown, "cannot exec in a stopped state") }
    if container.isPaused { throw GantryError(.unknown, "cannot exec in a paused state") }
    let process = ContainerProcess(execID: execID, streams: streams, state: .registered(specification))
    container.execs[execID] = process
    return process
  }

  private func startExec(
    _ container: Container, _ process: ContainerProcess, _ specification: ProcessSpec
  ) throws(GantryError) -> Int32 {
    if container.process.exit != nil {
      throw GantryError(.failedPrecondition, "container \(container.id) has stopped: no process can be started in it")
    }
    if process.io == nil {
      let streams = process.streams
      process.io = try connector(container, streams).connect(
        .client(input: streams.stdin, output: streams.stdout, error: streams.stderr))
    }
    guard let io = process.io else { throw GantryError(.internal, "process \(process.execID) has no streams") }
    var specification = specification
    specification.terminal = process.streams.terminal
    let launched: LaunchedProcess
    do throws(GantryError) {
      launched = try Launcher.exec(
        ExecRequest(
          containerPid: container.process.pid, specification: container.specification, process: specification,
          user: container.kept != nil ? specification.user.username : nil, groups: container.writtenGroups,
          streams: io.streams,
          cgroup: container.cgroup,
          seccompCache: Container.seccompCache(bundle: container.bundle.path),
          usesNewKeyring: !container.options.noNewKeyring))
      try io.launched(terminal: launched.terminal)
    } catch {
      io.close()
      process.stop(ProcessExit(pid: 0, status: Self.status(of: error), time: .now()))
      throw error
    }
    let now = GoogleProtobuf.Timestamp.now()
    process.startedAt = now
    process.state = .running(pid: launched.pid, pidfd: launched.pidfd, since: now)
    reaper.watch(launched.pid) { [weak self] status in self?.processEnded(container, process, status) }
    if container.kept != nil {
      noteForRecovery(container, process)
    } else {
      try? container.bundle.write(Array("\(launched.pid)".utf8), to: "\(process.execID).pid", mode: 0o644)
    }
    events.publish(
      "/tasks/exec-started",
      ContainerdEvents.TaskExecStarted(
        containerId: container.id, execId: process.execID, pid: UInt32(launched.pid)))
    return launched.pid
  }

  /// Makes streams for a further process of the container.
  func connector(_ container: Container, _ streams: ContainerdEvents.TaskIO) -> StreamConnector {
    StreamConnector(
      context: io, id: container.id, hasTerminal: streams.terminal, bundle: container.bundle.directory,
      owner: (container.options.ioUid, container.options.ioGid))
  }

  /// Runs hooks of the host that come after the fact: what they do wrong is told and changes nothing.
  func run(_ hooks: [Hook]?, of container: Container, status: String) {
    guard let hooks, !hooks.isEmpty else { return }
    let state = ContainerState(
      id: container.id, status: status, pid: status == "stopped" ? 0 : container.process.pid,
      bundle: container.bundle.path, annotations: container.specification.annotations)
    do throws(GantryError) {
      try Launcher.run(hooks, state: state)
    } catch {
      ShimLog.warning("hooks of container \(container.id) failed: \(error)")
    }
  }

  /// The exit status of a process whose command could not be executed.
  static func status(of error: GantryError) -> UInt32 {
    switch error.code {
    case .notFound: 127
    case .permissionDenied: 126
    default: 128
    }
  }
}
