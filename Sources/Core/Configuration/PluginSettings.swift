import JSON

/// One entry of "plugins" in daemon.json.
public struct PluginSettings: Sendable, Equatable {
  /// Path of the unix socket where the plugin serves; nil where the supervisor starts it.
  public var address: String?
  /// Its section of the configuration, handed over as it stands.
  public var configuration: JSONObject

  public init(address: String? = nil, configuration: JSONObject = JSONObject()) {
    self.address = address
    self.configuration = configuration
  }
}
