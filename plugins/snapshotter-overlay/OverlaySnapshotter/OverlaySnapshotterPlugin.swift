import PluginKit
import Snapshots
import Version

/// `gantry-snapshotter-overlay`.
public enum OverlaySnapshotterPlugin {
  public static let program = PluginProgram(
    kind: "snapshotter", name: "overlay", version: ProductVersion.number, capabilities: ["overlayfs", "rebase"]
  ) { environment in
    let path = environment.dataDirectory
    return [SnapshotService(store: try SnapshotStore(path: path, backend: OverlayBackend(path: path))).routes]
  }
}
