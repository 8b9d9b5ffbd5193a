/// Kind and name of a plugin, which together are unique in an engine.
public struct PluginIdentity: Sendable, Hashable, CustomStringConvertible {
  public let kind: PluginKind
  public let name: String

  public init(kind: PluginKind, name: String) {
    self.kind = kind
    self.name = name
  }

  /// Out of an executable's name, `gantry-<kind>-<name>`; nil for any other.
  public init?(executableName: String) {
    let parts = executableName.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "gantry", !parts[2].isEmpty, let kind = PluginKind(rawValue: String(parts[1]))
    else { return nil }
    self.init(kind: kind, name: String(parts[2]))
  }

  /// "content-local".
  public var description: String { "\(kind.rawValue)-\(name)" }
}
