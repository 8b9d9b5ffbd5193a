/// What someone who waits for a container is told.
package struct ExitOutcome: Sendable, Equatable {
  package var exitCode: UInt32
  /// Why it could not be started or removed; "" where all is well.
  package var error = ""
}
