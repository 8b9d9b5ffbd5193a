import Errors

extension GantryError {
  /// A stream's consumer was too slow for too long.
  static let streamIsFull = GantryError(
    .resourceExhausted,
    "stream is full: its messages were not taken for \(StreamLimits.stall); take them faster, or ask for less at once")
}
