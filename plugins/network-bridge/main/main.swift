import BridgeNetwork
import PluginKit

PluginMain.run(
  kind: "network", name: "bridge", version: "1.0.0", capabilities: ["bridge", "nat", "ipv4", "ipv6"]
) { environment in
  let log = environment.log
  let driver = try BridgeDriver(
    data: environment.dataDirectory, run: environment.runDirectory, log: { log.warning($0) })
  return [driver.routes]
}
