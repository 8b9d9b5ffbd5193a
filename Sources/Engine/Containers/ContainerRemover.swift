import AsyncServices
import Core
import Database
import Errors
import Messages

/// Removes containers.
///
/// One transaction takes the container away for everyone and notes what is left to remove; a process that
/// dies after it has the next start remove the rest.
package struct ContainerRemover: Sendable {
  let context: EngineContext
  let networks: NetworkManager

  package init(_ context: EngineContext, networks: NetworkManager) {
    self.context = context
    self.networks = networks
  }

  /// - Parameter force: a running container is killed first.
  /// - Throws: `.failedPrecondition` in Docker's words where it runs and `force` is not set.
  package func remove(_ container: Container, force: Bool) async throws {
    if !force { try container.record.lifecycle.checkRemovable(id: container.id) }
    if container.record.lifecycle.isRunning {
      try await ContainerStopper(context).kill(container)
    }
    try await container.gate.withLock {
      if container.snapshot.isRemoved { return }
      try container.record.lifecycle.checkRemovable(id: container.id)
      let lifecycle = container.record.lifecycle
      await removeInsideGate(container, outcome: .init(exitCode: lifecycle.exitCode, error: lifecycle.error))
    }
  }

  func removeInsideGate(_ container: Container, outcome: ExitOutcome) async {
    var outcome = outcome
    let record = container.record
    let removal = RemovalTable.Removal(container: record.id, network: record.endpoint?.networkId ?? "")
    do {
      try await context.database.transaction { transaction in
        try ContainerTable(transaction).delete(id: record.id)
        try RemovalTable(transaction).add(removal)
      }
    } catch {
      context.log.error("container \(record.id) is not removed: \(error)")
      outcome.error = "container \(record.id) is not removed: \(error)"
      ExitWatcher.announce(container, outcome)
      await ContainerCleaner(context, networks: networks).cleanUp(container)
      return
    }
    context.registry.remove(container)
    container.update { $0.isRemoved = true }
    ExitWatcher.announce(container, outcome)
    try? await context.failpoints.pass("remove.recorded")
    let (isFinished, _) = await concurrently {
      await removeStorage(record.id)
    } _: {
      await ContainerCleaner(context, networks: networks).cleanUp(container)
    }
    context.events.publish("container", "destroy", id: record.id, record.eventAttributes)
    container.removed.fulfil(outcome)
    if isFinished { await finish(record.id) }
  }

  /// Finishes a removal that an earlier process answered for.
  package func finish(_ removal: RemovalTable.Removal) async {
    let cleaner = ContainerCleaner(context, networks: networks)
    await cleaner.destroy(removal.container)
    await cleaner.removeBundle(removal.container)
    if !removal.network.isEmpty { await cleaner.leave(container: removal.container, network: removal.network) }
    if await removeStorage(removal.container) { await finish(removal.container) }
  }

  /// Takes back a container that was only half made.
  package func undoCreation(_ record: ContainerRecord) async {
    let removal = RemovalTable.Removal(container: record.id, network: "")
    do {
      try await context.database.transaction { transaction in
        try ContainerTable(transaction).delete(id: record.id)
        try RemovalTable(transaction).add(removal)
      }
    } catch {
      context.log.error("container \(record.id), half made, is not removed: \(error)")
      return
    }
    if await removeStorage(record.id) { await finish(record.id) }
  }

  private func finish(_ id: String) async {
    do {
      try await context.database.transaction { try RemovalTable($0).finish(container: id) }
    } catch {
      context.log.warning("the end of the removal of container \(id) is not recorded: \(error)")
    }
  }

  /// Removes snapshot and files; what is not there is no error.
  private func removeStorage(_ id: String) async -> Bool {
    let directory = context.paths.files(of: id).directory
    let (filesGone, snapshotGone) = await concurrently {
      await attempt("files of container \(id)") {
        try await context.threads.run { try Directory.remove(directory) }
      }
    } _: {
      await attempt("snapshot of container \(id)") { try await removeSnapshot(id) }
    }
    return filesGone && snapshotGone
  }

  private func removeSnapshot(_ key: String) async throws(GantryError) {
    do throws(GantryError) {
      _ = try await context.backends.snapshots.remove(
        .init(snapshotter: context.backends.snapshotterName, key: key), options: .init(timeout: .seconds(60)))
    } catch {
      guard error.code == .notFound else { throw error }
    }
  }

  private func attempt(_ subject: String, _ body: @Sendable () async throws -> Void) async -> Bool {
    do {
      try await body()
      return true
    } catch {
      context.log.warning("\(subject): not removed, the next start tries again: \(error)")
      return false
    }
  }
}
