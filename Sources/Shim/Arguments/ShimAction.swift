/// What a shim was started for.
public enum ShimAction: String, Sendable {
  /// Make the socket, leave a serving shim behind, print the address (containerd).
  case start
  /// Clean up after one container (containerd).
  case delete
  /// Serve the socket that was inherited.
  case serve
  /// Take over a container whose shim died, then serve.
  case recover
  /// Fork shims that serve, as the connection that was inherited says.
  case template
  /// Print the version.
  case version
  /// Print a `RuntimeInfo` message (containerd 2.x).
  case information
}
