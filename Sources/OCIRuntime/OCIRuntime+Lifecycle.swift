import CLinux
import Cgroups
import Errors
import Glibc
import JSON
import Launcher
import Linux
import RuntimeSpec

extension OCIRuntime {
  func load() throws(GantryError) -> RuntimeContainer {
    try RuntimeContainer.load(root: root, id: try arguments.containerID())
  }

  func start() throws(GantryError) -> Int32 {
    let container = try load()
    guard container.status == .created else {
      throw GantryError(
        .failedPrecondition,
        "container \(container.id) is \(container.status.rawValue); only a created one can be started")
    }
    try Launcher.start(gateDirectory: container.directory)
    try markStarted(container)
    return 0
  }

  func markStarted(_ container: RuntimeContainer) throws(GantryError) {
    var container = container
    container.isStarted = true
    try container.save()
    let specification = try container.specification()
    try Launcher.run(specification.hooks?.poststart ?? [], state: state(of: container, specification))
  }

  func state() throws(GantryError) -> Int32 {
    let container = try load()
    let specification = try container.specification()
    var document = state(of: container, specification).json.object ?? JSONObject()
    document["rootfs"] = .string(container.rootfs(specification))
    document["created"] = .string(RuntimeTime.text(container.created))
    document["owner"] = ""
    printOut(JSONValue.object(document).text(indentation: "  ") + "\n")
    return 0
  }

  func state(of container: RuntimeContainer, _ specification: Specification) -> ContainerState {
    let status = container.status
    return ContainerState(
      id: container.id, status: status.rawValue, pid: status == .stopped ? 0 : container.pid,
      bundle: container.bundle, annotations: specification.annotations)
  }

  func kill() throws(GantryError) -> Int32 {
    let container = try load()
    let text = arguments.operands.dropFirst().first ?? "TERM"
    // 0 only asks whether the process is there, as with runc.
    let signal = text == "0" ? 0 : Int32(try SignalNumber.of(text))
    if arguments.has("all", "a") {
      try container.cgroup?.signalAll(signal)
      return 0
    }
    guard container.status != .stopped else {
      throw GantryError(.failedPrecondition, "container \(container.id) is not running; there is nothing to signal")
    }
    try retryingOnInterrupt("kill", "\(container.pid)") { Glibc.kill(container.pid, signal) }
    // A frozen process would take it only after resume; SIGKILL is meant to end it now.
    if signal == SIGKILL, container.status == .paused { try container.cgroup?.thaw() }
    return 0
  }

  func delete() throws(GantryError) -> Int32 {
    let force = arguments.has("force", "f")
    let container: RuntimeContainer
    do throws(GantryError) {
      container = try load()
    } catch  where error.code == .notFound && force {
      return 0
    }
    let status = container.status
    guard force || status == .stopped || status == .created || status == .creating else {
      throw GantryError(
        .failedPrecondition, "container \(container.id) is \(status.rawValue); stop it first, or delete it with --force"
      )
    }
    try remove(container)
    return 0
  }

  /// Ends what still runs, removes the cgroup and the state, runs the last hooks.
  func remove(_ container: RuntimeContainer) throws(GantryError) {
    if container.status != .stopped, container.pid > 0 { _ = Glibc.kill(container.pid, SIGKILL) }
    if let cgroup = try container.cgroup {
      if cgroup.isFrozen { try? cgroup.thaw() }
      try cgroup.killAll()
      try cgroup.delete()
    }
    let specification = try? container.specification()
    container.remove()
    guard let specification, let hooks = specification.hooks?.poststop, !hooks.isEmpty else { return }
    let state = ContainerState(
      id: container.id, status: "stopped", bundle: container.bundle, annotations: specification.annotations)
    try Launcher.run(hooks, state: state)
  }

  func pause() throws(GantryError) -> Int32 {
    let container = try load()
    guard container.status == .running || container.status == .created else {
      throw GantryError(
        .failedPrecondition, "container \(container.id) is \(container.status.rawValue); it cannot be paused")
    }
    try container.cgroup?.freeze()
    return 0
  }

  func resume() throws(GantryError) -> Int32 {
    let container = try load()
    guard container.status == .paused else {
      throw GantryError(
        .failedPrecondition, "container \(container.id) is \(container.status.rawValue); it is not paused")
    }
    try container.cgroup?.thaw()
    return 0
  }
}

extension RuntimeContainer {
  func rootfs(_ specification: Specification) -> String {
    let path = specification.root?.path ?? "rootfs"
    return path.hasPrefix("/") ? path : "\(bundle)/\(path)"
  }
}
