import Errors
import JSON
import Messages

/// What a command must know of a container before it joins it.
package struct ContainerFacts: Sendable {
  package let id: String
  package let isRunning: Bool
  /// Whether its first process has ever run.
  package let hasRun: Bool
  package let isPaused: Bool
  package let isTerminal: Bool
  package let isInputOpen: Bool
  package let isRemovedAtExit: Bool

  /// Asks the engine.
  ///
  /// - Throws: `CommandFailure.engine`; `.local` for an answer that is no document.
  package static func fetch(_ name: String, _ session: Session) async throws(CommandFailure) -> ContainerFacts {
    let answer = try await session.containers { try await $0.inspect(.init(container: name)) }
    let document: JSONValue
    do {
      document = try JSONValue(parsing: answer.json)
    } catch {
      throw CommandFailure(error)
    }
    return ContainerFacts(
      id: document["Id"]?.string ?? name, isRunning: document["State"]?["Running"]?.bool ?? false,
      hasRun: document["State"]?["StartedAt"]?.string.map { !$0.hasPrefix("0001-01-01") } ?? false,
      isPaused: document["State"]?["Paused"]?.bool ?? false, isTerminal: document["Config"]?["Tty"]?.bool ?? false,
      isInputOpen: document["Config"]?["OpenStdin"]?.bool ?? false,
      isRemovedAtExit: document["HostConfig"]?["AutoRemove"]?.bool ?? false)
  }
}
