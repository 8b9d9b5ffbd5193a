import BridgeNetwork
import LinuxRuntime
import LocalContent
import NativeSnapshotter
import OverlaySnapshotter
import PluginKit

// One file plays every shipped plugin, so that their processes share its pages; see docs/decisions/.
PluginMain.run(oneOf: [
  LocalContentPlugin.program, OverlaySnapshotterPlugin.program, NativeSnapshotterPlugin.program,
  BridgeNetworkPlugin.program, LinuxRuntimePlugin.program,
])
