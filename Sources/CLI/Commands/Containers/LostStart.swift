import Errors
import Messages

/// A start that was not answered, because the engine went away meanwhile.
struct LostStart: Sendable {
  let session: Session
  let container: String
  /// Of the time before the start.
  let waiter: ExitWaiter
  let isRemovedAtExit: Bool
  /// How long an engine is waited for, before the failure is told.
  var patience: Duration = .seconds(5)

  /// Whether the container was started nevertheless, which an engine that comes back knows, also where it has ended
  /// meanwhile. One that was never started and was to go with its end is removed: nobody else knows that it is not wanted
  /// any more.
  ///
  /// - Parameter failure: why the start failed; any but an absence is an answer, and settles it.
  func wentThrough(after failure: CommandFailure) async -> Bool {
    guard failure.isAbsence else { return false }
    let deadline = ContinuousClock.now + patience
    repeat {
      session.disconnect()
      do throws(CommandFailure) {
        let facts = try await ContainerFacts.fetch(container, session)
        if facts.isRunning || facts.hasRun { return true }
        guard isRemovedAtExit else { return false }
        _ = try await session.containers { try await $0.remove(.init(container: container, volumes: true)) }
        return false
      } catch {
        if case .engine(let reason) = error, reason.code == .notFound { return await waiter.answerFromEvents() != nil }
        guard error.isAbsence else { return false }
      }
      try? await Task.sleep(for: .milliseconds(50))
    } while ContinuousClock.now < deadline
    return false
  }
}
