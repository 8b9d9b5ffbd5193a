import AsyncServices
import Core
import Database
import Errors
import Linux
import Messages

/// Starts containers.
package struct ContainerStarter: Sendable {
  let context: EngineContext
  let networks: NetworkManager
  let watcher: ExitWatcher

  package init(_ context: EngineContext, networks: NetworkManager, watcher: ExitWatcher) {
    self.context = context
    self.networks = networks
    self.watcher = watcher
  }

  /// Starts the container; one that runs stays as it is.
  ///
  /// - Parameter streams: what the caller joins before the process runs, or now where it does.
  /// - Returns: where to write standard input, where its process has a pipe of its own.
  /// - Throws: `.notFound` where its command is not there, `.permissionDenied` where that cannot be
  ///   executed, `.failedPrecondition` where it is paused.
  @discardableResult
  package func start(_ container: Container, joining streams: JoinedStreams = .none) async throws -> [FileDescriptor] {
    try await container.gate.withLock { try await startInsideGate(container, joining: streams) }
  }

  /// Joins the caller to the container's streams; one that does not run is built up to its first process.
  ///
  /// - Returns: as `start`.
  /// - Throws: as `start`.
  package func attach(_ container: Container, _ streams: JoinedStreams) async throws -> [FileDescriptor] {
    if container.record.lifecycle.isRunning, let task = container.task {
      return try await join(container, task, streams)
    }
    return try await container.gate.withLock {
      try await finishEarlierRun(of: container)
      if let task = container.task { return try await join(container, task, streams) }
      try container.record.lifecycle.checkStartable(id: container.id)
      do {
        let prepared = try await ContainerPreparer(context, networks: networks).prepare(container, joining: streams)
        publishAttach(container)
        return prepared.input
      } catch {
        await noteFailure(container, error as? GantryError ?? GantryError(.unknown, "\(error)"))
        throw error
      }
    }
  }

  private func finishEarlierRun(of container: Container) async throws {
    if container.snapshot.isRemoved { throw GantryError(.notFound, "No such container: \(container.record.name)") }
    try await watcher.finishEnd(container)
  }

  @discardableResult
  func startInsideGate(
    _ container: Container, joining streams: JoinedStreams = .none
  ) async throws -> [FileDescriptor] {
    try await finishEarlierRun(of: container)
    if case .running = container.record.lifecycle {
      return streams.isEmpty ? [] : try await join(container, try container.runningTask(), streams)
    }
    try container.record.lifecycle.checkStartable(id: container.id)
    do {
      if let input = try await startWaiting(container, streams) { return input }
      return try await startAnew(container, streams)
    } catch {
      await noteFailure(container, error as? GantryError ?? GantryError(.unknown, "\(error)"))
      throw error
    }
  }

  /// Builds the container and has its process run, in one call to the shim.
  private func startAnew(_ container: Container, _ streams: JoinedStreams) async throws -> [FileDescriptor] {
    let begun = try await ContainerPreparer(context, networks: networks)
      .prepare(container, joining: streams, starts: true)
    if !streams.isEmpty { publishAttach(container) }
    let end = end(of: container, begun.task)
    do {
      try await context.failpoints.pass("start.started")
      try await noteStart(container, pid: begun.pid, at: .now)
    } catch {
      end.cancel()
      throw error
    }
    watcher.watch(container, task: begun.task, end: end)
    return begun.input
  }

  /// Has the process run that somebody has attached to before.
  ///
  /// - Returns: nil where there is none.
  private func startWaiting(_ container: Container, _ streams: JoinedStreams) async throws -> [FileDescriptor]? {
    guard let task = container.task else { return nil }
    let input = streams.isEmpty ? [] : try await join(container, task, streams)
    // Asked before the start, so that the end of a quick one does not wait for the question.
    let end = end(of: container, task)
    do {
      let response = try await task.task.start(.init(id: container.id), options: .init(timeout: .seconds(60)))
      try await context.failpoints.pass("start.started")
      try await noteStart(container, pid: response.pid, at: .now)
    } catch {
      end.cancel()
      throw error
    }
    watcher.watch(container, task: task, end: end)
    return input
  }

  private func end(of container: Container, _ task: ShimTask) -> Task<ContainerdTaskV2.WaitResponse, any Error> {
    Task { try await task.task.wait(.init(id: container.id)) }
  }

  private func join(_ container: Container, _ task: ShimTask, _ streams: JoinedStreams) async throws -> [FileDescriptor]
  {
    let streams = streams.fitting(container.record)
    let reply = try await task.shim.attachReply(
      .init(id: container.id, stdin: streams.input, stdout: streams.output, stderr: streams.error),
      options: .init(timeout: .seconds(30), descriptors: streams.ends))
    publishAttach(container)
    return reply.descriptors
  }

  private func publishAttach(_ container: Container) {
    context.events.publish("container", "attach", id: container.id, container.record.eventAttributes)
  }

  private func noteStart(_ container: Container, pid: UInt32, at moment: Moment) async throws {
    let record = try container.update { state in
      state.record.lifecycle = try state.record.lifecycle.started(pid: pid, at: moment, id: container.id)
      return state.record
    }
    try await context.database.transaction { try ContainerTable($0).update(record) }
    context.events.publish("container", "start", id: container.id, record.eventAttributes)
  }

  private func noteFailure(_ container: Container, _ error: GantryError) async {
    await ContainerCleaner(context, networks: networks).cleanUp(container)
    let exitCode: UInt32 =
      switch error.code {
      case .notFound: 127
      case .permissionDenied: 126
      default: 128
      }
    let snapshot = container.update { state in
      state.record.endpoint = nil
      state.record.lifecycle = state.record.lifecycle.failedToStart(
        .init(exitCode: exitCode, message: error.message), at: .now)
      return state
    }
    if snapshot.record.settings.autoRemove, !snapshot.isRestarting {
      await ContainerRemover(context, networks: networks).removeWithExit(
        container, outcome: .init(exitCode: exitCode, error: error.message))
    } else {
      do {
        try await context.database.transaction { try ContainerTable($0).update(snapshot.record) }
      } catch {
        context.log.error("the failed start of \(container.id) is not recorded: \(error)")
      }
    }
    ExitWatcher.announce(container, .init(exitCode: exitCode, error: error.message))
  }
}
