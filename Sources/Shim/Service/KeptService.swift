import ContainerLog
import Errors
import Glibc
import Launcher
import Linux
import LoopServices
import LoopWire
import Messages
import RuntimeSpec
import Version
import Wire

/// `gantry.shim.v1.Shim`: containers whose streams and log the shim itself keeps.
final class KeptService: GantryShimV1.ShimLoopService {
  private let core: ShimCore
  private var watchers: [LoopRawCall] = []

  init(core: ShimCore) {
    self.core = core
    core.onOutOfMemory = { [unowned self] container in
      tell(.init(id: container.id, kind: "oom", time: .now()))
    }
  }

  /// The generated routes, and the one call that streams.
  var allRoutes: LoopRoutes {
    let generated = routes
    var methods = generated.methods
    methods["Watch"] = (GantryShimV1.ShimMethods.watch, { [unowned self] _, call in watch(call) })
    return LoopRoutes(service: generated.service, methods: methods)
  }

  private func watch(_ call: LoopRawCall) {
    watchers.append(call)
    call.onCancel = { [weak self, weak call] _ in self?.watchers.removeAll { $0 === call } }
  }

  private func tell(_ event: GantryShimV1.WatchEvent) {
    let bytes = event.serialized()
    for watcher in watchers {
      // One that has gone is told off by its connection.
      try? watcher.send(bytes)
    }
  }

  func create(_ request: GantryShimV1.CreateRequest, call: LoopCall<GantryShimV1.CreateResponse>) {
    call.answer { () throws(GantryError) in
      guard let task = request.task else { throw GantryError(.invalidArgument, "the request names no container") }
      let log = try Self.log(request.log)
      var namespace: FileDescriptor?
      if request.hasNetworkNamespace {
        guard let descriptor = call.context.descriptors.first else {
          throw GantryError(
            .invalidArgument, "the network namespace of container \(task.id) did not come with the request")
        }
        namespace = descriptor
      }
      let creation = CreationRequest(
        task: task, streams: .kept(log: log, openInput: request.openStdin, inputOnce: request.stdinOnce),
        kept: .init(log: request.log, inputOnce: request.stdinOnce), log: log, networkNamespace: namespace,
        rootEntries: request.rootEntries.map { RootEntry(path: $0.path, link: $0.link) })
      return .init(pid: UInt32(try core.create(creation).process.pid))
    }
  }

  static func log(_ configuration: GantryShimV1.LogConfig?) throws(GantryError) -> LogWriter? {
    guard let configuration else { return nil }
    switch configuration.driver {
    case "", "none": return nil
    case "json-file":
      let rotation = LogRotation(
        maximumSizeInBytes: configuration.maxSizeInBytes, maximumFiles: Int(clamping: configuration.maxFiles))
      return try LogWriter(path: configuration.path, rotation: rotation)
    case let other: throw GantryError(.invalidArgument, "unknown log driver \"\(other)\": use json-file or none")
    }
  }

  func exec(_ request: GantryShimV1.ExecRequest, call: LoopCall<GantryShimV1.ExecResponse>) {
    do throws(GantryError) {
      let container = try core.container(request.id)
      let specification = try ProcessSpec(parsing: request.process)
      let streams = ContainerdEvents.TaskIO(terminal: specification.terminal)
      let process = try core.register(
        container, execID: request.execId, specification: specification, streams: streams)
      do throws(GantryError) {
        let isOpen = request.openStdin || request.attachStdin
        process.io = try core.connector(container, streams).connect(
          .kept(log: nil, openInput: isOpen, inputOnce: isOpen))
        // Pipes are joined before the process runs; a terminal exists only afterwards, and loses nothing till then.
        var descriptors: [FileDescriptor] = []
        if !specification.terminal {
          try process.io?.preparePumps()
          descriptors = try Self.attach(
            process, input: request.attachStdin, output: request.attachStdout, error: request.attachStderr)
        }
        let pid = try core.start(container, process)
        if specification.terminal {
          descriptors = try Self.attach(
            process, input: request.attachStdin, output: request.attachStdout, error: request.attachStderr)
        }
        call.reply(.init(pid: UInt32(pid)), descriptors: descriptors)
      } catch {
        process.io?.close()
        container.execs[request.execId] = nil
        throw error
      }
    } catch {
      call.fail(error)
    }
  }

  func attach(_ request: GantryShimV1.AttachRequest, call: LoopCall<GantryShimV1.AttachResponse>) {
    do throws(GantryError) {
      let process = try core.container(request.id).process(request.execId)
      let descriptors = try Self.attach(
        process, input: request.stdin, output: request.stdout, error: request.stderr)
      call.reply(.init(terminal: process.streams.terminal), descriptors: descriptors)
    } catch {
      call.fail(error)
    }
  }

  private static func attach(
    _ process: ContainerProcess, input: Bool, output: Bool, error: Bool
  ) throws(GantryError) -> [FileDescriptor] {
    guard let io = process.io else {
      throw GantryError(.failedPrecondition, "process \(process.execID) has no streams yet; start it first")
    }
    if io.hasTerminal {
      return input || output || error ? [try io.attachTerminal(input: input, output: output || error)] : []
    }
    var descriptors: [FileDescriptor] = []
    if input { descriptors.append(try io.attachInput()) }
    if output { descriptors.append(try io.attachOutput(isError: false)) }
    if error { descriptors.append(try io.attachOutput(isError: true)) }
    return descriptors
  }

  func keep(_ request: GantryShimV1.KeepRequest, call: LoopCall<GantryShimV1.KeepResponse>) {
    do throws(GantryError) {
      let process = try core.container(request.id).process(request.execId)
      var kept = process.io?.lifelines ?? []
      if let pidfd = process.pidfd { kept.append(("process", pidfd)) }
      call.reply(.init(kinds: kept.map(\.kind)), descriptors: kept.map(\.descriptor))
    } catch {
      call.fail(error)
    }
  }

  func status(_ request: GantryShimV1.StatusRequest, call: LoopCall<GantryShimV1.StatusResponse>) {
    var processes: [GantryShimV1.ProcessStatus] = []
    for container in core.containers.values.sorted(by: { $0.id < $1.id }) {
      for process in [container.process] + container.execs.values.sorted(by: { $0.execID < $1.execID }) {
        processes.append(
          .init(
            id: container.id, execId: process.execID, state: Self.state(container, process),
            pid: UInt32(process.pid), exitStatus: process.exit?.status ?? 0, exitedAt: process.exit?.time,
            oomKilled: process.exit?.oomKilled ?? container.wasOutOfMemory, startedAt: process.startedAt))
      }
    }
    call.reply(.init(shimPid: UInt32(getpid()), version: ProductVersion.number, processes: processes))
  }

  private static func state(_ container: Container, _ process: ContainerProcess) -> String {
    switch process.state {
    case .registered, .created: "created"
    case .running: container.isPaused ? "paused" : "running"
    case .stopped: "stopped"
    }
  }

  func dismiss(_ request: GantryShimV1.DismissRequest, call: LoopCall<GantryShimV1.DismissResponse>) {
    guard let container = core.containers[request.id] else {
      call.reply(.init())
      return core.shutdownIfEmpty()
    }
    do throws(GantryError) {
      try core.delete(container, container.process) { [core] _ in
        call.reply(.init())
        core.shutdownIfEmpty()
      }
    } catch {
      call.fail(error)
    }
  }

  func reopenLog(_ request: GantryShimV1.ReopenLogRequest, call: LoopCall<GantryShimV1.ReopenLogResponse>) {
    call.answer { () throws(GantryError) in
      try core.container(request.id).log?.reopen()
      return .init()
    }
  }
}
