import Messages

extension Moment {
  /// The same moment as a message.
  package var timestamp: GoogleProtobuf.Timestamp { .init(nanosecondsSinceEpoch: nanosecondsSince1970) }

  /// The moment a message names; nil where it says "not yet".
  package init?(_ timestamp: GoogleProtobuf.Timestamp?) {
    guard let timestamp, !timestamp.isZero else { return nil }
    self.init(nanosecondsSince1970: timestamp.nanosecondsSinceEpoch)
  }
}
