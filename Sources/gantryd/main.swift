import BridgeNetwork
import Engine
import Glibc
import Linux
import LinuxRuntime
import LocalContent
import NativeSnapshotter
import OverlaySnapshotter
import PluginKit
import Registry
import Worker

// One file plays the supervisor, its helpers and every shipped plugin, each a process of its own that is told by the name it
// is called by, so that all of them share its pages; see docs/decisions/.
StandardDescriptors.fill()
let path = CommandLine.arguments.first ?? ""
let arguments = Array(CommandLine.arguments.dropFirst())
switch path.split(separator: "/").last ?? "" {
// Without clean-up: a thread may still be in the middle of a job that has failed.
case "gantry-worker": _exit(WorkerMain.run())
case "gantry-registry": RegistryMain.run(arguments)
case let name where name.hasPrefix("gantry-"):
  PluginMain.run(oneOf: [
    LocalContentPlugin.program, OverlaySnapshotterPlugin.program, NativeSnapshotterPlugin.program,
    BridgeNetworkPlugin.program, LinuxRuntimePlugin.program,
  ])
default: SupervisorMain.run(arguments)
}
