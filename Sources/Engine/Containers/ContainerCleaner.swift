import AsyncServices
import Core
import Errors
import Glibc
import Messages

/// Takes down what was built round a container's process: shim, bundle, network place. The caller holds the
/// container's gate.
package struct ContainerCleaner: Sendable {
  let context: EngineContext
  let networks: NetworkManager

  private static let timeout = Duration.seconds(10)

  package init(_ context: EngineContext, networks: NetworkManager) {
    self.context = context
    self.networks = networks
  }

  /// Cleans up after a process that has ended, or that was never started. Does nothing where nothing is left.
  package func cleanUp(_ container: Container) async {
    guard let task = container.task else { return }
    await takeDown(container, task)
    await removeBundle(task.id)
  }

  /// As `cleanUp`, but the bundle stays.
  func takeDown(_ container: Container) async {
    if let task = container.task { await takeDown(container, task) }
  }

  private func takeDown(_ container: Container, _ task: ShimTask) async {
    await concurrently {
      await end(task)
    } _: {
      await leaveNetwork(container)
    }
    let (execs, succession) = container.update { state in
      state.task = nil
      state.kept = [:]
      // How to mount it the next time is asked anew.
      state.mounts = nil
      defer { state.execs = [:] }
      return (state.execs.values, state.succession)
    }
    succession.fulfil(())
    for exec in execs { exec.exit.fulfil(.init(exitCode: 137)) }
  }

  /// Takes the container off its network, wherever it stands in its life.
  private func leaveNetwork(_ container: Container) async {
    let record = container.record
    if let endpoint = record.endpoint {
      await leave(container: record.id, network: endpoint.networkId)
      container.update { $0.record.endpoint = nil }
      networks.publish("disconnect", network: endpoint.networkId, container: record.id)
    } else if let network = try? networks.find(record.settings.network), !NetworkManager.needsPlugin(network) {
      networks.publish("disconnect", network: network.id, container: record.id)
    }
  }

  /// Ends the shim in order, or by force where it does not answer, and removes the bundle.
  package func dismiss(_ task: ShimTask) async {
    await end(task)
    await removeBundle(task.id)
  }

  private func end(_ task: ShimTask) async {
    do {
      try await endInOrder(task)
    } catch {
      context.log.debug("shim of \(task.id) is ended by force: \(error)")
      task.close()
      if task.shimPID > 1 { kill(pid_t(task.shimPID), SIGKILL) }
      await destroy(task.id)
    }
  }

  private func endInOrder(_ task: ShimTask) async throws(GantryError) {
    _ = try await task.shim.dismiss(.init(id: task.id), options: .init(timeout: Self.timeout))
    task.close()
  }

  /// Ends what is left of a container whose shim is gone.
  package func destroy(_ id: String) async {
    do {
      try await context.shims.destroy(id: id)
    } catch {
      context.log.warning("what is left of container \(id) cannot be ended: \(error)")
    }
  }

  /// Has a new shim hold a container whose own has died.
  ///
  /// - Returns: the new shim and all that it holds; nil where nothing of the container lives, or it cannot be taken
  ///   over. The new shim is gone again then.
  package func takeOver(
    _ container: Container
  ) async -> (task: ShimTask, status: GantryShimV1.StatusResponse)? {
    let id = container.id
    do {
      let task = try await context.shims.takeOver(id: id, kept: Array(container.snapshot.kept.values))
      let status = try await task.shim.status(.init(), options: .init(timeout: Self.timeout))
      if status.processes.contains(where: { $0.id == id && $0.execId.isEmpty }) { return (task, status) }
      try await endInOrder(task)
    } catch {
      context.log.error("container \(id) cannot be taken over by a new shim: \(error)")
    }
    return nil
  }

  /// Takes a network place away; where that fails, it is tried again later.
  package func leave(container: String, network: String) async {
    do {
      try await networks.leave(container: container, network: network)
    } catch {
      context.log.warning("network place of container \(container) is not removed, and will be later: \(error)")
      networks.forgetStrangersLater()
    }
  }

  package func removeBundle(_ id: String) async {
    do {
      try await context.shims.removeBundle(id: id)
    } catch {
      context.log.warning("bundle of container \(id) is not removed: \(error)")
    }
  }
}
