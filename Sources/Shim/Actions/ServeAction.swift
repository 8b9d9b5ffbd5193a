import CLinux
import Cgroups
import Errors
import Glibc
import Linux
import LoopServices
import LoopWire
import Messages

/// Serves the containers of one shim until the last one is gone and it is told to end.
final class ServeAction {
  private static let lastAnswers = Duration.milliseconds(200)
  /// How long events may keep a shim that has been told to end: as long as containerd waits for it.
  private static let lastEvents = Duration.seconds(3)

  private let arguments: ShimArguments
  private let loop: EventLoop
  private let reaper = ChildReaper()
  private let events: EventPublisher
  private let core: ShimCore
  private let server: LoopServer
  private let listener: FileDescriptor
  private let inherited: InheritedDescriptors
  private var isEnding = false

  /// - Parameter layout: the host's cgroup hierarchies, where they are known.
  /// - Throws: `.invalidArgument` where no socket was inherited.
  init(arguments: ShimArguments, layout: CgroupLayout? = nil) throws(GantryError) {
    self.arguments = arguments
    listener = try InheritedSocket.take()
    inherited = try .fromEnvironment()
    loop = try EventLoop()
    events = EventPublisher(
      loop: loop, address: ProcessEnvironment.value("TTRPC_ADDRESS") ?? "", namespace: arguments.namespace)
    core = ShimCore(loop: loop, reaper: reaper, events: events, namespace: arguments.namespace, layout: layout)
    server = LoopServer(loop: loop, routes: Self.routes(core))
  }

  /// All that a shim answers.
  static func routes(_ core: ShimCore) -> [LoopRoutes] {
    let tasks = TaskService(core: core).routes
    // Version 3 differs from 2 in its name alone.
    return [
      tasks, LoopRoutes(service: "containerd.task.v3.Task", methods: tasks.methods), KeptService(core: core).allRoutes,
    ]
  }

  /// - Throws: `GantryError` from the kernel, before the first container only.
  func run() throws(GantryError) {
    try becomeDaemon()
    let signals = try SignalSource(SIGCHLD, SIGTERM, SIGINT)
    try loop.add(signals.descriptor, .readable) { [unowned self] _ in
      for signal in signals.take() {
        if signal == SIGCHLD { reaper.reap() } else { core.shutdownIfEmpty() }
      }
    }
    if arguments.action == .recover {
      try core.recover(
        id: arguments.id, bundle: ShimBundle(path: arguments.bundle.isEmpty ? "." : arguments.bundle),
        inherited: inherited)
    }
    core.onShutdown = { [unowned self] in end() }
    try server.serve(listener: listener)
    core.prepare()
    try loop.run()
    server.shutdown()
  }

  private func becomeDaemon() throws(GantryError) {
    // Fails where we lead a session already, which is as good.
    _ = setsid()
    signal(SIGPIPE, SIG_IGN)
    umask(0)
    try retryingOnInterrupt("prctl", "PR_SET_CHILD_SUBREAPER") { gantry_prctl(PR_SET_CHILD_SUBREAPER, 1) }
    openLog()
  }

  /// containerd shows what comes through the fifo `log` in the bundle; it may be gone at any time.
  private func openLog() {
    var status = stat()
    guard stat("log", &status) == 0, status.st_mode & S_IFMT == S_IFIFO,
      let log = try? FileDescriptor.open("log", O_WRONLY | O_NONBLOCK)
    else { return }
    _ = dup2(log.number, STDERR_FILENO)
  }

  /// Everything that was promised comes first: events, and what attached readers have not read yet.
  private func end() {
    guard !isEnding else { return }
    isEnding = true
    removeSocket()
    var isTold = false
    let told = { [self] in
      guard !isTold else { return }
      isTold = true
      whenReadersAreDone { [self] in leave() }
    }
    events.whenIdle(told)
    loop.addTimer(after: Self.lastEvents, told)
  }

  /// The answer to the call that ends us goes out before we do.
  private func leave() {
    loop.addTimer(after: Self.lastAnswers) { [self] in loop.stop() }
    loop.defer { [self] in if server.connectionCount == 0 { loop.stop() } }
    server.onConnectionCountChange = { [self] count in if count == 0 { loop.stop() } }
  }

  private func whenReadersAreDone(_ body: @escaping () -> Void) {
    if core.io.readers.isEmpty { body() } else { core.io.onReadersGone = body }
  }

  private func removeSocket() {
    guard let path = listener.socketPath else { return }
    _ = unlink(path)
  }
}
