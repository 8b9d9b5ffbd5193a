import AsyncServices
import AsyncWire
import Errors
import Messages

/// The plugins the engine works with, each behind whatever carries calls to it.
package struct Backends: Sendable {
  package let content: any Caller
  package let snapshotter: any Caller
  /// What the snapshotter is called in requests and in `inspect`.
  package let snapshotterName: String
  /// The way to a snapshotter plugin that the engine does not work with itself.
  package let otherSnapshotter: @Sendable (String) throws(GantryError) -> any Caller
  /// Whether the snapshotter puts snapshots on parents that Prepare was not given.
  package let snapshotterCanRebase: @Sendable () async -> Bool
  package let network: any Caller
  package let runtime: any Caller
  package let runtimeName: String

  package init(
    content: any Caller, snapshotter: any Caller, snapshotterName: String, network: any Caller, runtime: any Caller,
    runtimeName: String, snapshotterCanRebase: @escaping @Sendable () async -> Bool = { false },
    otherSnapshotter: @escaping @Sendable (String) throws(GantryError) -> any Caller = { name throws(GantryError) in
      throw GantryError(.notFound, "no snapshotter plugin \"\(name)\"; see gantry plugin ls")
    }
  ) {
    self.otherSnapshotter = otherSnapshotter
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

  /// The snapshotter of this name; "" is the engine's own.
  ///
  /// - Throws: `.notFound` where there is no such plugin.
  func snapshots(of name: String) throws(GantryError) -> ContainerdServicesSnapshotsV1.SnapshotsClient {
    name.isEmpty || name == snapshotterName ? snapshots : .init(try otherSnapshotter(name))
  }

  var networks: GantryNetworkV1.NetworkClient { .init(network) }
  var runtimes: GantryRuntimeV1.RuntimeClient { .init(runtime) }
}
