import AsyncServices
import Core
import Database
import Errors
import Linux
import Messages

/// Removes containers.
///
/// One transaction takes the container away for everyone and notes what is left to remove; a process that
/// dies after it has the next start remove the rest.
package struct ContainerRemover: Sendable {
  let context: EngineContext
  let networks: NetworkManager

  /// Until a removal that could not be written down is tried again.
  private static let retryPause = Duration.seconds(2)

  package init(_ context: EngineContext, networks: NetworkManager) {
    self.context = context
    self.networks = networks
  }

  /// - Parameters:
  ///   - force: a running container is killed first.
  ///   - volumes: whether its anonymous volumes go too.
  /// - Throws: `.failedPrecondition` in Docker's words where it runs and `force` is not set.
  package func remove(_ container: Container, force: Bool, volumes: Bool = false) async throws {
    if !force { try container.record.lifecycle.checkRemovable(id: container.id) }
    if container.record.lifecycle.isRunning {
      try await ContainerStopper(context).kill(container)
    }
    try await container.gate.withLock {
      if container.snapshot.isRemoved { return }
      try container.record.lifecycle.checkRemovable(id: container.id)
      let lifecycle = container.record.lifecycle
      try await removeInsideGate(
        container, outcome: .init(exitCode: lifecycle.exitCode, error: lifecycle.error), volumes: volumes)
    }
  }

  /// Removes a container that was to go with its exit. Where that cannot be written down, it is told, and tried again until
  /// it can. The caller holds the container's gate.
  func removeWithExit(_ container: Container, outcome: ExitOutcome) async {
    do {
      try await removeInsideGate(container, outcome: outcome)
    } catch {
      context.log.error("container \(container.id) is not removed, and will be later: \(error)")
      let outcome = ExitOutcome(
        exitCode: outcome.exitCode, error: "container \(HexID.short(container.id)) is not removed yet: \(error)")
      ExitWatcher.announce(container, outcome)
      container.removed.fulfil(outcome)
      Task { await removeLater(container, outcome: outcome) }
    }
  }

  private func removeLater(_ container: Container, outcome: ExitOutcome) async {
    while !container.snapshot.isRemoved {
      try? await Task.sleep(for: Self.retryPause)
      try? await container.gate.withLock {
        if container.snapshot.isRemoved { return }
        try await removeInsideGate(container, outcome: outcome)
      }
    }
  }

  /// - Throws: why it cannot be written down; the container is still there then, without what was built round its process.
  private func removeInsideGate(
    _ container: Container, outcome: ExitOutcome, volumes: Bool? = nil
  ) async throws {
    let record = container.record
    let cleaner = ContainerCleaner(context, networks: networks)
    // The shim of a process that has ended goes in any case. Its bundle, with the exit record, stays until all is written.
    let (removed, _) = await concurrently {
      await Result {
        try await recordRemoval(container, outcome)
        return await removeSnapshot(record.id)
      }
    } _: {
      await cleaner.takeDown(container)
    }
    let snapshotIsGone = try removed.get()
    if volumes ?? record.settings.autoRemove {
      await VolumeStore(context).removeAnonymous(record.settings.volumes)
    }
    context.events.publish("container", "destroy", id: record.id, record.eventAttributes)
    container.removed.fulfil(outcome)
    // Files of a container that is gone: nobody waits for them, and for the disk that they lie on.
    await cleaner.removeBundle(record.id)
    let filesAreGone = await removeFiles(record.id)
    await finish(record.id, snapshotIsGone && filesAreGone)
    await GarbageCollector(context).collectLayers(ofRemoved: record.imageID)
  }

  private func recordRemoval(_ container: Container, _ outcome: ExitOutcome) async throws {
    let record = container.record
    let removal = RemovalTable.Removal(container: record.id, network: record.endpoint?.networkId ?? "")
    try await context.database.transaction { transaction in
      try ContainerTable(transaction).delete(id: record.id)
      try RemovalTable(transaction).add(removal)
    }
    context.registry.remove(container)
    container.update { $0.isRemoved = true }
    ExitWatcher.announce(container, outcome)
    try? await context.failpoints.pass("remove.recorded")
  }

  /// Finishes a removal that an earlier process answered for.
  package func finish(_ removal: RemovalTable.Removal) async {
    let cleaner = ContainerCleaner(context, networks: networks)
    await cleaner.destroy(removal.container)
    await cleaner.removeBundle(removal.container)
    if !removal.network.isEmpty { await cleaner.leave(container: removal.container, network: removal.network) }
    await finish(removal.container, removeStorage(removal.container))
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
    await finish(record.id, removeStorage(record.id))
  }

  /// What a plugin did not remove is tried again behind everybody's back, more and more rarely; the next start tries, too.
  private func finish(_ id: String, _ isRemoved: Bool) async {
    if isRemoved { return await finish(id) }
    Task {
      var pause = Self.retryPause
      repeat {
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(300))
      } while await !removeStorage(id)
      await finish(id)
    }
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
    let (filesAreGone, snapshotIsGone) = await concurrently {
      await removeFiles(id)
    } _: {
      await removeSnapshot(id)
    }
    return filesAreGone && snapshotIsGone
  }

  private func removeFiles(_ id: String) async -> Bool {
    let directory = context.paths.files(of: id).directory
    return await attempt("files of container \(id)") {
      try await context.threads.run { try Directory.remove(directory) }
    }
  }

  private func removeSnapshot(_ id: String) async -> Bool {
    await attempt("snapshot of container \(id)") {
      do {
        _ = try await context.backends.snapshots.remove(
          .init(snapshotter: context.backends.snapshotterName, key: id), options: .init(timeout: .seconds(60)))
      } catch let error as GantryError where error.code == .notFound {
        return
      }
    }
  }

  private func attempt(_ subject: String, _ body: @Sendable () async throws -> Void) async -> Bool {
    do {
      try await body()
      return true
    } catch {
      context.log.warning("\(subject): not removed, and will be later: \(error)")
      return false
    }
  }
}
