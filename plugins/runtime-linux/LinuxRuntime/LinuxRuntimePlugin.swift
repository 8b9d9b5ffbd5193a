import PluginKit
import Version

/// `gantry-runtime-linux`.
public enum LinuxRuntimePlugin {
  public static let program = PluginProgram(
    kind: "runtime", name: "linux", version: ProductVersion.number, capabilities: ["oci", "seccomp", "init"]
  ) { _ in
    [LinuxRuntime(host: try HostFacts.read(), programs: .installed()).routes]
  }
}
