/// Where a plugin comes from.
public enum PluginSource: Sendable, Equatable {
  /// A program that the supervisor runs.
  case executable(String)
  /// A unix socket where somebody else's process serves.
  case address(String)

  /// The path either way.
  public var path: String {
    switch self {
    case .executable(let path), .address(let path): path
    }
  }
}
