/// What a plugin is doing, in the words of `gantry plugin ls`.
public enum PluginState: String, Sendable {
  /// Its process is being started, or it has not yet described itself.
  case starting
  case running
  /// It has ended and will be started again after a while.
  case backoff
  /// It is not what its name says, or speaks another contract; it is started again only when asked for.
  case refused
  case stopped
}
