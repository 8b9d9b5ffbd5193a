import AsyncServices
import Core
import Database
import Errors
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

  /// Starts the container; does nothing where it runs.
  ///
  /// - Throws: `.notFound` where its command is not there, `.permissionDenied` where that cannot be
  ///   executed, `.failedPrecondition` where it is paused.
  package func start(_ container: Container) async throws {
    try await container.gate.withLock { try await startInsideGate(container) }
  }

  /// Builds the container up to its first process, for someone who attaches before the start.
  ///
  /// - Returns: the shim, also of a container that runs already.
  /// - Throws: as `start`.
  package func prepare(_ container: Container) async throws -> ShimTask {
    try await container.gate.withLock {
      let snapshot = container.snapshot
      if snapshot.isRemoved { throw GantryError(.notFound, "No such container: \(snapshot.record.name)") }
      try await watcher.finishEnd(container)
      if let task = container.task { return task }
      try snapshot.record.lifecycle.checkStartable(id: container.id)
      do {
        return try await ContainerPreparer(context, networks: networks).prepare(container)
      } catch {
        await noteFailure(container, error as? GantryError ?? GantryError(.unknown, "\(error)"))
        throw error
      }
    }
  }

  func startInsideGate(_ container: Container) async throws {
    let snapshot = container.snapshot
    if snapshot.isRemoved { throw GantryError(.notFound, "No such container: \(snapshot.record.name)") }
    if case .running = snapshot.record.lifecycle { return }
    try await watcher.finishEnd(container)
    try snapshot.record.lifecycle.checkStartable(id: container.id)
    do {
      let task = try await ContainerPreparer(context, networks: networks).prepare(container)
      // Asked before the start, so that the end of a quick one does not wait for the question.
      let end = Task { try await task.task.wait(.init(id: container.id)) }
      do {
        let response = try await task.task.start(.init(id: container.id), options: .init(timeout: .seconds(60)))
        try await context.failpoints.pass("start.started")
        try await noteStart(container, pid: response.pid, at: .now)
      } catch {
        end.cancel()
        throw error
      }
      watcher.watch(container, task: task, end: end)
    } catch {
      await noteFailure(container, error as? GantryError ?? GantryError(.unknown, "\(error)"))
      throw error
    }
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
