import AsyncWire
import Errors
import Messages

/// Waits for a container's end, also across an engine that goes away and comes back.
package struct ExitWaiter: Sendable {
  package let session: Session
  package let container: String
  /// How long an engine may be away.
  package var patience: Duration = .seconds(30)
  private let since = Moment.now

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
    try await PatientQuestion(session, patience: patience).answer { (again) throws(CommandFailure) in
      // The exit may have happened meanwhile; an engine that comes back knows of it.
      let condition = again && condition == .nextExit ? .notRunning : condition
      do throws(CommandFailure) {
        let request = GantryEngineV1.WaitContainerRequest(container: container, condition: condition)
        return try await session.containers { try await $0.wait(request) }
      } catch {
        guard !Task.isCancelled, case .engine(let reason) = error, reason.code == .notFound,
          let answer = await answerFromEvents()
        else { throw error }
        return answer
      }
    }
  }

  /// Asks now, for an answer that is awaited later; as `wait`.
  package func ask(
    for condition: GantryEngineV1.WaitCondition
  ) -> Task<GantryEngineV1.WaitContainerResponse, any Error> {
    Task(executorPreference: WireExecutor.shared) { try await wait(for: condition) }
  }

  /// A container that goes with its exit may be gone before anybody can ask for it; that it died is remembered longer.
  ///
  /// - Returns: nil where nothing is remembered.
  func answerFromEvents() async -> GantryEngineV1.WaitContainerResponse? {
    let now = Moment.now
    let request = GantryEngineV1.EventsRequest(
      since: .init(seconds: since.seconds, nanos: Int32(since.nanoseconds)),
      until: .init(seconds: now.seconds, nanos: Int32(now.nanoseconds)),
      filters: ["type=container", "event=die", "container=\(container)"])
    var answer: GantryEngineV1.WaitContainerResponse?
    try? await session.system { try await $0.events(request) }.forEach { event in
      guard event.actorId == container, let code = event.attributes["exitCode"].flatMap({ UInt32($0) }) else { return }
      answer = .init(exitCode: code)
    }
    return answer
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
