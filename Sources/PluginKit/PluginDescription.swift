import Messages

/// What a plugin says of itself.
public struct PluginDescription: Sendable {
  /// "content", "snapshotter", "network" or "runtime".
  public let kind: String
  /// "local", "overlay", ...; the executable is `gantry-<kind>-<name>`.
  public let name: String
  public let version: String
  /// Free words that `gantry plugin ls` shows.
  public let capabilities: [String]

  /// The version of `proto/gantry/plugin/v1` this module speaks.
  public static let contractVersion: UInt32 = 1

  public init(kind: String, name: String, version: String, capabilities: [String] = []) {
    self.kind = kind
    self.name = name
    self.version = version
    self.capabilities = capabilities
  }

  func response(services: [String]) -> GantryPluginV1.DescribeResponse {
    .init(
      kind: kind, name: name, version: version, contractVersion: Self.contractVersion, capabilities: capabilities,
      services: services)
  }
}
