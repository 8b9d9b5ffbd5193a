/// How much one stream may hold back, and for how long. ttrpc has no flow control of its own; why these
/// limits and not containerd's stands in `docs/decisions/0010-streams-without-flow-control.md`.
enum StreamLimits {
  /// Bytes of one stream that wait for their consumer, beyond which its connection is not read.
  static let bytes = 8 << 20
  /// What a message counts besides its payload, so that empty ones are bounded too.
  static let messageOverhead = 128
  /// How long a full stream may keep its connection from being read.
  static let stall = Duration.seconds(5)
  /// Bytes that wait to be sent on one connection before a stream's sender has to wait.
  static let outbound = 256 << 10
}
