/// How long this program waits for others.
package struct Timing: Sendable {
  /// For a connection to be made.
  package var connect = Duration.seconds(30)
  /// For the next byte, either way.
  package var stall = Duration.seconds(60)
  /// For the whole of a document: a manifest, a token, a list.
  package var document = Duration.seconds(120)
  /// Before the first further try; it doubles with each.
  package var firstRetry = Duration.seconds(1)
  /// Before any further try.
  package var longestRetry = Duration.seconds(30)

  package init() {}
}
