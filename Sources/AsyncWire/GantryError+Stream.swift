import Errors

extension GantryError {
  /// A stream's consumer was too slow for too long.
  static let streamIsFull = GantryError(
    .resourceExhausted,
    "stream is full: its messages were not taken in time; take them faster, or ask for less at once")
}
