import Errors

/// A question to an engine that may go away and come back before it has answered.
struct PatientQuestion: Sendable {
  let session: Session
  /// How long an engine may be away.
  let patience: Duration
  /// A restart goes by without a word.
  private static let silence = Duration.seconds(2)

  init(_ session: Session, patience: Duration = .seconds(30)) {
    self.session = session
    self.patience = patience
  }

  /// Asks until there is an answer.
  ///
  /// - Parameter ask: asks once; told whether an engine went away before.
  /// - Throws: `CommandFailure` where the engine says no, or stays away for too long.
  func answer<Answer: Sendable>(
    _ ask: (_ again: Bool) async throws(CommandFailure) -> Answer
  ) async throws(CommandFailure) -> Answer {
    var awaySince: ContinuousClock.Instant?
    var isTold = false
    while true {
      let asked = ContinuousClock.now
      do throws(CommandFailure) {
        return try await ask(awaySince != nil)
      } catch {
        guard !Task.isCancelled, error.isAbsence else { throw error }
        let now = ContinuousClock.now
        // Where the answer was long in coming, the engine was there meanwhile.
        let since = now - asked > .seconds(1) ? now : awaySince ?? now
        guard now - since < patience else { throw error }
        if now - since > Self.silence, !isTold {
          isTold = true
          session.console.complain(
            "Waiting for gantryd at \(session.address) to come back and tell the exit status, "
              + "\(patience.components.seconds) seconds at most")
        }
        awaySince = since
        session.disconnect()
        try? await Task.sleep(for: .milliseconds(50))
      }
    }
  }
}
