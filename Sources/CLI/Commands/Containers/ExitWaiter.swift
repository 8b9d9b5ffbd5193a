import Errors
import Messages

/// Waits for a container's end, also across an engine that goes away and comes back.
package struct ExitWaiter: Sendable {
  package let session: Session
  package let container: String
  /// How long an engine may be away.
  package var patience: Duration = .seconds(30)

  package init(session: Session, container: String) {
    self.session = session
    self.container = container
  }

  /// The exit code and, where the container could not be started or removed, why.
  ///
  /// - Throws: `CommandFailure` where the engine says no, or stays away for too long.
  package func wait(
    for condition: GantryEngineV1.WaitCondition
  ) async throws(CommandFailure) -> GantryEngineV1.WaitContainerResponse {
    var condition = condition
    var awaySince: ContinuousClock.Instant?
    while true {
      do throws(CommandFailure) {
        let request = GantryEngineV1.WaitContainerRequest(container: container, condition: condition)
        return try await session.containers { try await $0.wait(request) }
      } catch {
        guard error.isAbsence, !Task.isCancelled else { throw error }
        let now = ContinuousClock.now
        let since = awaySince ?? now
        guard now - since < patience else { throw error }
        awaySince = since
        // The exit may have happened meanwhile; an engine that comes back knows of it.
        if condition == .nextExit { condition = .notRunning }
        session.disconnect()
        try? await Task.sleep(for: .milliseconds(50))
      }
    }
  }
}

extension CommandFailure {
  /// Whether nobody is there to answer, for now.
  package var isAbsence: Bool {
    switch self {
    case .unreachable: true
    case .engine(let error): error.code == .unavailable
    default: false
    }
  }
}
