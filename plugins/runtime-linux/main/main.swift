import LinuxRuntime
import PluginKit

PluginMain.run(
  kind: "runtime", name: "linux", version: "1.0.0", capabilities: ["oci", "seccomp", "init"]
) { _ in
  let runtime = LinuxRuntime(host: try HostFacts.read(), programs: .installed())
  return [runtime.routes]
}
