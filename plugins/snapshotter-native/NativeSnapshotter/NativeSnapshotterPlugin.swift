import PluginKit
import Snapshots
import Version

/// `gantry-snapshotter-native`.
public enum NativeSnapshotterPlugin {
  public static let program = PluginProgram(
    kind: "snapshotter", name: "native", version: ProductVersion.number, capabilities: ["copy", "reflink"]
  ) { environment in
    [SnapshotService(store: try SnapshotStore(path: environment.dataDirectory, backend: NativeBackend())).routes]
  }
}
