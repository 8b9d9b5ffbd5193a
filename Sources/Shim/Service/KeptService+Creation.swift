import ContainerLog
import Errors
import Launcher
import Linux
import LoopServices
import LoopWire
import Messages
import RuntimeSpec

extension KeptService {
  func create(_ request: GantryShimV1.CreateRequest, call: LoopCall<GantryShimV1.CreateResponse>) {
    do throws(GantryError) {
      guard let task = request.task else { throw GantryError(.invalidArgument, "the request names no container") }
      var descriptors = call.context.descriptors[...]
      let namespace = request.hasNetworkNamespace ? descriptors.popFirst() : nil
      if request.hasNetworkNamespace, namespace == nil {
        throw GantryError(
          .invalidArgument, "the network namespace of container \(task.id) did not come with the request")
      }
      let streams = try JoinedStreams(
        input: request.attachStdin, output: request.attachStdout, error: request.attachStderr,
        isTerminal: task.terminal, ends: Array(descriptors))
      let log = try Self.log(request.log)
      let input = request.stdinOnce ? streams.input : nil
      let container = try core.create(
        CreationRequest(
          task: task,
          streams: .kept(log: log, openInput: request.openStdin, inputOnce: request.stdinOnce, input: input),
          kept: .init(log: request.log, inputOnce: request.stdinOnce), log: log, networkNamespace: namespace,
          rootEntries: request.rootEntries.map { RootEntry(path: $0.path, link: $0.link) }))
      let process = container.process
      let ownInput = streams.isEmpty ? nil : try process.io?.join(streams, inputIsTaken: input != nil)
      // Taken before the start: a process that is quick to end takes its own along.
      let kept = process.lifelines
      if request.start { _ = try core.start(container, process) }
      call.reply(
        .init(pid: UInt32(process.pid), kinds: kept.map(\.kind)),
        descriptors: kept.map(\.descriptor) + (ownInput.map { [$0] } ?? []))
    } catch {
      call.fail(error)
    }
  }

  func exec(_ request: GantryShimV1.ExecRequest, call: LoopCall<GantryShimV1.ExecResponse>) {
    do throws(GantryError) {
      let container = try core.container(request.id)
      let specification = try ProcessSpec(parsing: request.process)
      let joined = try JoinedStreams(
        input: request.attachStdin, output: request.attachStdout, error: request.attachStderr,
        isTerminal: specification.terminal, ends: call.context.descriptors)
      let process = try core.register(
        container, execID: request.execId, specification: specification,
        streams: ContainerdEvents.TaskIO(terminal: specification.terminal))
      do throws(GantryError) {
        let pid = try start(process, of: container, joined, openInput: request.openStdin)
        let kept = process.lifelines
        call.reply(.init(pid: UInt32(pid), kinds: kept.map(\.kind)), descriptors: kept.map(\.descriptor))
      } catch {
        process.io?.close()
        container.execs[request.execId] = nil
        throw error
      }
    } catch {
      call.fail(error)
    }
  }

  /// Pipes are joined before the process runs; a terminal exists only afterwards, and loses nothing till then.
  private func start(
    _ process: ContainerProcess, of container: Container, _ joined: JoinedStreams, openInput: Bool
  ) throws(GantryError) -> Int32 {
    let isOpen = openInput || joined.wantsInput
    process.io = try core.connector(container, process.streams).connect(
      .kept(log: nil, openInput: isOpen, inputOnce: isOpen, input: joined.input))
    func join() throws(GantryError) { _ = try process.io?.join(joined, inputIsTaken: true) }
    if !process.streams.terminal {
      try process.io?.preparePumps()
      try join()
    }
    let pid = try core.start(container, process)
    if process.streams.terminal { try join() }
    return pid
  }
}
