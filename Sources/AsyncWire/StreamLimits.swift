/// How much one stream may hold back, and for how long. ttrpc has no flow control of its own.
enum StreamLimits {
  /// Messages of one stream that wait for their consumer (containerd's number).
  static let messages = 64
  /// Bytes of one stream that wait for their consumer.
  static let bytes = 8 << 20
  /// How long a full stream may keep its connection from being read (containerd's number).
  static let stall = Duration.seconds(1)
  /// Bytes that wait to be sent on one connection before a stream's sender has to wait.
  static let outbound = 256 << 10
}
