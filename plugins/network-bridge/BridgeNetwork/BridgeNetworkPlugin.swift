import PluginKit
import Version

/// `gantry-network-bridge`.
public enum BridgeNetworkPlugin {
  public static let program = PluginProgram(
    kind: "network", name: "bridge", version: ProductVersion.number, capabilities: ["bridge", "nat", "ipv4", "ipv6"]
  ) { environment in
    let log = environment.log
    let driver = try BridgeDriver(
      data: environment.dataDirectory, run: environment.runDirectory, log: { log.warning($0) })
    return [driver.routes]
  }
}
