import NativeSnapshotter
import PluginKit
import Snapshots

PluginMain.run(kind: "snapshotter", name: "native", version: "1.0.0", capabilities: ["copy", "reflink"]) {
  environment in
  [SnapshotService(store: try SnapshotStore(path: environment.dataDirectory, backend: NativeBackend())).routes]
}
