import ContainerLog
import Errors
import Glibc
import LoopServices
import LoopWire
import Messages
import Version
import Wire

/// `gantry.shim.v1.Shim`: containers whose streams and log the shim itself keeps.
final class KeptService: GantryShimV1.ShimLoopService {
  let core: ShimCore
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

  func attach(_ request: GantryShimV1.AttachRequest, call: LoopCall<GantryShimV1.AttachResponse>) {
    do throws(GantryError) {
      let process = try core.container(request.id).process(request.execId)
      guard let io = process.io else {
        throw GantryError(.failedPrecondition, "process \(process.execID) has no streams yet; start it first")
      }
      let joined = try JoinedStreams(
        input: request.stdin, output: request.stdout, error: request.stderr, isTerminal: process.streams.terminal,
        ends: call.context.descriptors)
      let input = try io.join(joined)
      call.reply(.init(terminal: process.streams.terminal), descriptors: input.map { [$0] } ?? [])
    } catch {
      call.fail(error)
    }
  }

  func keep(_ request: GantryShimV1.KeepRequest, call: LoopCall<GantryShimV1.KeepResponse>) {
    do throws(GantryError) {
      let kept = try core.container(request.id).process(request.execId).lifelines
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
