/// A plugin as `gantry plugin ls` shows it.
public struct PluginStatus: Sendable, Equatable {
  public let identity: PluginIdentity
  public let state: PluginState
  /// 0 where it is no child of the supervisor.
  public let pid: Int32
  /// How often it was started again, by itself or by hand.
  public let restarts: Int
  /// "" until it has described itself.
  public let version: String
  public let capabilities: [String]
  /// Why it is not running, or why it was not the last time; "" where nothing has gone wrong.
  public let lastError: String
  /// Executable or socket.
  public let path: String
}
