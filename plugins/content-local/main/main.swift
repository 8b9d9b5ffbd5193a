import LocalContent
import PluginKit

PluginMain.run(
  kind: "content", name: "local", version: "1.0.0", capabilities: ["sha256", "sha512", "descriptors"]
) { environment in
  try LocalContentService(path: environment.dataDirectory).allRoutes
}
