import Cgroups
import Errors
import Glibc
import Launcher
import Linux
import LoopWire
import Messages
import RuntimeSpec

/// The containers of one shim and all that happens to them. Both services stand on it.
///
/// One thread: a method runs to its end before anything else happens, so that a start is always told before an exit.
final class ShimCore {
  let loop: EventLoop
  let io: IOContext
  let events: EventPublisher
  let reaper: ChildReaper
  let namespace: String
  private(set) var containers: [String: Container] = [:]
  /// Called when the kernel has killed for want of memory.
  var onOutOfMemory: ((Container) -> Void)?
  /// Called when the shim is asked to end and no container is left.
  var onShutdown: (() -> Void)?

  /// The host's hierarchies, found before the first container asks for them.
  private lazy var layout: CgroupLayout? = try? .detect()

  /// - Parameter layout: the host's hierarchies, where they are known.
  init(
    loop: EventLoop, reaper: ChildReaper, events: EventPublisher, namespace: String, layout: CgroupLayout? = nil
  ) {
    self.loop = loop
    self.reaper = reaper
    self.events = events
    self.namespace = namespace
    io = IOContext(loop: loop, reaper: reaper, namespace: namespace)
    if let layout { self.layout = layout }
  }

  /// - Throws: `.notFound`.
  func container(_ id: String) throws(GantryError) -> Container {
    guard let container = containers[id] else {
      throw GantryError(.notFound, "container not created: not found")
    }
    return container
  }

  /// Does what does not depend on a container, while nobody waits yet: the first one is told to us a moment later.
  func prepare() { _ = layout }

  /// Makes a container: all but executing its command.
  ///
  /// - Throws: `GantryError`; nothing is left behind then.
  func create(_ request: CreationRequest) throws(GantryError) -> Container {
    let task = request.task
    try ContainerIdentifier.check(task.id, what: "container id")
    guard containers[task.id] == nil else {
      throw GantryError(.alreadyExists, "container \(task.id) exists already: already exists")
    }
    guard task.checkpoint.isEmpty else {
      throw GantryError(.unimplemented, "container \(task.id) cannot be restored from a checkpoint by this shim")
    }
    let options = try request.options()
    let bundle = try ShimBundle(path: task.bundle)
    let specification = try bundle.specification()
    var creation = try beginCgroup(specification, id: task.id)
    let cgroup = creation.cgroup
    var watch: OutOfMemoryWatch?
    do throws(GantryError) {
      let connector = StreamConnector(
        context: io, id: task.id, hasTerminal: task.terminal, bundle: bundle.directory,
        owner: (options.ioUid, options.ioGid))
      let streams = try connector.connect(request.streams)
      let launched = try launch(request, options, specification, streams, cgroup) { () throws(GantryError) in
        try creation.finish(specification.linux?.resources)
        // A host without a memory controller has nothing to tell.
        watch = try? cgroup.watchOutOfMemory()
      }
      let process = ContainerProcess(
        execID: "",
        streams: .init(stdin: task.stdin, stdout: task.stdout, stderr: task.stderr, terminal: task.terminal),
        state: .created(launched), io: streams)
      let container = Container(
        id: task.id, bundle: bundle, specification: specification, rootfs: task.rootfs, options: options,
        cgroup: cgroup, process: process, kept: request.kept, log: request.log,
        networkNamespace: request.networkNamespace)
      container.memoryWatch = watch
      adopt(container, launched)
      return container
    } catch {
      try? cgroup.killAll(timeout: .seconds(2))
      try? cgroup.delete(timeout: .seconds(2))
      throw error
    }
  }

  private func beginCgroup(_ specification: Specification, id: String) throws(GantryError) -> CgroupCreation {
    let path = CgroupPath.path(specification.linux?.cgroupsPath ?? "", namespace: namespace, id: id)
    let known: CgroupLayout
    if let layout { known = layout } else { known = try .detect() }
    return try CgroupCreation(path: path, layout: known)
  }

  private func launch(
    _ request: CreationRequest, _ options: ContainerdRuncV1.Options, _ specification: Specification,
    _ streams: ProcessIO, _ cgroup: Cgroup, meanwhile: () throws(GantryError) -> Void
  ) throws(GantryError) -> LaunchedProcess {
    let task = request.task
    var specification = specification
    specification.process?.terminal = task.terminal
    do throws(GantryError) {
      let launched = try Launcher.create(
        LaunchRequest(
          id: task.id, bundle: task.bundle, specification: specification,
          rootfs: task.rootfs.map { RootfsMount(type: $0.type, source: $0.source, options: $0.options) },
          rootEntries: request.rootEntries, streams: streams.streams, cgroup: cgroup,
          networkNamespace: request.networkNamespace,
          seccompCache: Container.seccompCache(bundle: task.bundle), usesPivotRoot: !options.noPivotRoot,
          usesNewKeyring: !options.noNewKeyring), meanwhile: meanwhile)
      try streams.launched(terminal: launched.terminal)
      return launched
    } catch {
      streams.close()
      throw error
    }
  }

  private func adopt(_ container: Container, _ launched: LaunchedProcess) {
    add(container)
    reaper.watch(launched.pid) { [weak self] status in
      self?.processEnded(container, container.process, status)
    }
    if container.rootfs.contains(where: { $0.options.contains("volatile") }) {
      container.mountNamespace = try? FileDescriptor.open("/proc/\(launched.pid)/ns/mnt", O_RDONLY)
    }
    followMemory(container)
    if container.kept == nil {
      // Behind the answer, which somebody waits for; before the start, which is another call.
      loop.defer { try? container.bundle.write(Array("\(launched.pid)".utf8), to: "init.pid", mode: 0o644) }
    }
    events.publish(
      "/tasks/create",
      ContainerdEvents.TaskCreate(
        containerId: container.id, bundle: container.bundle.path, rootfs: container.rootfs,
        io: container.process.streams, pid: UInt32(launched.pid)))
  }

  func followMemory(_ container: Container) {
    guard let watch = container.memoryWatch else { return }
    try? loop.add(watch.descriptor, .readable) { [weak self, weak container] _ in
      if let container { self?.checkMemory(container) }
    }
  }

  func checkMemory(_ container: Container) {
    guard let watch = container.memoryWatch, let isOut = try? watch.drain(), isOut else { return }
    container.wasOutOfMemory = true
    onOutOfMemory?(container)
    events.publish("/tasks/oom", ContainerdEvents.TaskOOM(containerId: container.id))
  }

  func add(_ container: Container) { containers[container.id] = container }

  func remove(_ container: Container) {
    if let watch = container.memoryWatch { loop.remove(watch.descriptor) }
    container.memoryWatch = nil
    containers[container.id] = nil
  }

  /// Ends the shim where no container is left, and does nothing else.
  func shutdownIfEmpty() {
    if containers.isEmpty { onShutdown?() }
  }
}
