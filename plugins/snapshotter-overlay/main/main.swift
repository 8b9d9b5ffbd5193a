import OverlaySnapshotter
import PluginKit
import Snapshots

PluginMain.run(kind: "snapshotter", name: "overlay", version: "1.0.0", capabilities: ["overlayfs", "rebase"]) {
  environment in
  let path = environment.dataDirectory
  return [SnapshotService(store: try SnapshotStore(path: path, backend: OverlayBackend(path: path))).routes]
}
