import AsyncServices
import Core
import Database
import Errors
import Messages

/// Waits for the end of each running container and sees to what follows from it.
package struct ExitWatcher: Sendable {
  let context: EngineContext
  let networks: NetworkManager

  package init(_ context: EngineContext, networks: NetworkManager) {
    self.context = context
    self.networks = networks
  }

  /// How a first process ended.
  package struct Exit: Sendable {
    package var status: UInt32
    package var moment: Moment
    package var oomKilled = false
    package var error = ""
  }

  /// Waits from now on, until the container ends.
  ///
  /// - Parameter end: the question, where it was asked already.
  package func watch(
    _ container: Container, task: ShimTask, end: Task<ContainerdTaskV2.WaitResponse, any Error>? = nil
  ) {
    Task {
      let exit = await waitForEnd(container, task: task, end)
      await settle(container, exit)
    }
  }

  private func waitForEnd(
    _ container: Container, task: ShimTask, _ end: Task<ContainerdTaskV2.WaitResponse, any Error>?
  ) async -> Exit {
    var task = task
    var asked = end
    while true {
      do {
        let id = container.id
        let end = asked ?? Task { [task] in try await task.task.wait(.init(id: id)) }
        asked = nil
        let response = try await end.value
        let noted = await context.shims.exitRecord(id: container.id)
        return Exit(
          status: response.exitStatus, moment: Moment(response.exitedAt) ?? .now, oomKilled: noted?.oomKilled ?? false)
      } catch {
        if let noted = await context.shims.exitRecord(id: container.id) {
          return Exit(status: noted.exitStatus, moment: Moment(noted.exitedAt) ?? .now, oomKilled: noted.oomKilled)
        }
        context.log.warning("the shim of container \(container.id) is gone, another one takes over: \(error)")
      }
      let cleaner = ContainerCleaner(context, networks: networks)
      guard let (next, status) = await cleaner.takeOver(container) else {
        // Nobody holds its streams and its exit status any more: what runs on unseen would be worse.
        await cleaner.destroy(container.id)
        return Exit(status: 137, moment: .now, error: "the shim died, and the container with it")
      }
      task = next
      await ShimFollower(context).resume(container, task: next, status: status)
    }
  }

  /// Records the end, then tells it, then cleans up.
  package func settle(_ container: Container, _ exit: Exit) async {
    // The gate is held from the record to the end of the clean-up: a start in between would find the old shim.
    try? await container.gate.withLock {
      guard container.record.lifecycle.isRunning else { return }
      let snapshot: Container.State
      do {
        snapshot = try container.update { state in
          state.record.lifecycle = try state.record.lifecycle.exited(
            code: exit.status, at: exit.moment, oomKilled: exit.oomKilled || state.oomKilled, error: exit.error,
            id: container.id)
          state.hasEnded = true
          return state
        }
      } catch {
        return
      }
      var attributes = snapshot.record.eventAttributes
      if exit.oomKilled, !snapshot.oomKilled {
        context.events.publish("container", "oom", id: container.id, attributes)
      }
      attributes["exitCode"] = String(exit.status)
      let outcome = ExitOutcome(exitCode: exit.status)
      if snapshot.record.settings.autoRemove, !snapshot.isRestarting {
        context.events.publish("container", "die", id: container.id, attributes)
        await ContainerRemover(context, networks: networks).removeWithExit(container, outcome: outcome)
        return
      }
      do {
        try await recordEnd(container)
      } catch {
        // The shim keeps its own record until ours is written: whoever starts next reads it there.
        context.log.error("the exit of container \(container.id) is not recorded, and will be later: \(error)")
        context.events.publish("container", "die", id: container.id, attributes)
        Self.announce(container, outcome)
        Task { await recordLater(container) }
        return
      }
      context.events.publish("container", "die", id: container.id, attributes)
      Self.announce(container, outcome)
      await ContainerCleaner(context, networks: networks).cleanUp(container)
    }
  }

  /// Until an end that could not be written down is tried again.
  private static let retryPause = Duration.seconds(2)

  private func recordEnd(_ container: Container) async throws {
    var stored = container.record
    stored.endpoint = nil
    let record = stored
    try await context.database.transaction { try ContainerTable($0).update(record) }
    try? await context.failpoints.pass("exit.recorded")
  }

  private func recordLater(_ container: Container) async {
    var isDone = false
    while !isDone {
      try? await Task.sleep(for: Self.retryPause)
      isDone =
        (try? await container.gate.withLock {
          try await finishEnd(container)
          return true
        }) ?? false
    }
  }

  /// Writes down an end that could not be written when it came, and cleans up. Does nothing where that is done. The caller
  /// holds the container's gate.
  ///
  /// - Throws: why it still cannot be written.
  func finishEnd(_ container: Container) async throws {
    let snapshot = container.snapshot
    guard snapshot.hasEnded, snapshot.task != nil, !snapshot.isRemoved, !snapshot.record.lifecycle.isRunning else {
      return
    }
    try await recordEnd(container)
    await ContainerCleaner(context, networks: networks).cleanUp(container)
  }

  /// Tells everyone who waits for the next exit.
  static func announce(_ container: Container, _ outcome: ExitOutcome) {
    let waiting = container.update { state in
      defer { state.nextExit = Promise() }
      return state.nextExit
    }
    waiting.fulfil(outcome)
  }
}
