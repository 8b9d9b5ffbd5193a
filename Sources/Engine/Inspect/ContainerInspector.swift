import AsyncServices
import Errors
import JSON
import Messages

/// Collects what `container inspect` shows.
package struct ContainerInspector: Sendable {
  let context: EngineContext
  let networks: NetworkManager

  package init(_ context: EngineContext, networks: NetworkManager) {
    self.context = context
    self.networks = networks
  }

  package func inspect(_ container: Container, withSizes: Bool) async throws -> JSONValue {
    let snapshot = container.snapshot
    let sizes = withSizes ? await ContainerLister(context).sizes(snapshot.record) : nil
    let image = try? await ImageStore(context).find(snapshot.record.imageID)
    let running = snapshot.execs.values.filter { $0.exit.value == nil }.map(\.id).sorted()
    var inspect = ContainerInspect(
      record: snapshot.record, files: context.paths.files(of: container.id),
      storage: StorageDetails(driver: context.backends.snapshotterName, mounts: await mounts(snapshot)),
      network: try? networks.find(snapshot.record.settings.network), execIDs: running, sizes: sizes,
      runtimeName: context.backends.runtimeName, image: image?.settings)
    inspect.isOutOfMemory = snapshot.oomKilled
    inspect.usesCgroupV2 = context.host.usesCgroupV2
    return inspect.json
  }

  private func mounts(_ snapshot: Container.State) async -> [ContainerdTypes.Mount] {
    if let mounts = snapshot.mounts { return mounts }
    let response = try? await context.backends.snapshots.mounts(
      .init(snapshotter: context.backends.snapshotterName, key: snapshot.record.snapshotKey),
      options: .init(timeout: .seconds(10)))
    return response?.mounts ?? []
  }
}
