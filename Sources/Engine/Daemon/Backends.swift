import AsyncServices
import AsyncWire
import Messages

/// The plugins the engine works with, each behind whatever carries calls to it.
package struct Backends: Sendable {
  package let content: any Caller
  package let snapshotter: any Caller
  /// What the snapshotter is called in requests and in `inspect`.
  package let snapshotterName: String
  /// Whether the snapshotter puts snapshots on parents that Prepare was not given.
  package let snapshotterCanRebase: @Sendable () async -> Bool
  package let network: any Caller
  package let runtime: any Caller
  package let runtimeName: String

  package init(
    content: any Caller, snapshotter: any Caller, snapshotterName: String, network: any Caller, runtime: any Caller,
    runtimeName: String, snapshotterCanRebase: @escaping @Sendable () async -> Bool = { false }
  ) {
    self.snapshotterCanRebase = snapshotterCanRebase
    self.content = content
    self.snapshotter = snapshotter
    self.snapshotterName = snapshotterName
    self.network = network
    self.runtime = runtime
    self.runtimeName = runtimeName
  }

  var blobs: GantryContentV1.BlobsClient { .init(content) }
  var contents: ContainerdServicesContentV1.ContentClient { .init(content) }
  var snapshots: ContainerdServicesSnapshotsV1.SnapshotsClient { .init(snapshotter) }
  var networks: GantryNetworkV1.NetworkClient { .init(network) }
  var runtimes: GantryRuntimeV1.RuntimeClient { .init(runtime) }
}
