import PluginKit
import Version

/// `gantry-content-local`.
public enum LocalContentPlugin {
  public static let program = PluginProgram(
    kind: "content", name: "local", version: ProductVersion.number, capabilities: ["sha256", "sha512", "descriptors"]
  ) { environment in
    try LocalContentService(path: environment.dataDirectory).allRoutes
  }
}
