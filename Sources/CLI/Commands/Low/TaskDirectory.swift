import AsyncServices
import AsyncWire
import Errors
import Messages

/// Finds the shims behind containers, and connects to them without the engine in between.
package enum TaskDirectory {
  /// Every task the engine knows.
  ///
  /// - Throws: `CommandFailure`.
  package static func all(_ session: Session) async throws(CommandFailure) -> [GantryEngineV1.TaskSummary] {
    let tasks = try await session.call { try await GantryEngineV1.TasksClient($0).list(.init()).tasks }
    return tasks.sorted { $0.containerId < $1.containerId }
  }

  /// The task of one container.
  ///
  /// - Parameter name: the container's id, a beginning of it that fits no other, or its name.
  /// - Throws: `CommandFailure.local` where there is none.
  package static func find(_ name: String, _ session: Session) async throws(CommandFailure)
    -> GantryEngineV1.TaskSummary
  {
    let tasks = try await all(session)
    let matching = tasks.filter { $0.containerId.hasPrefix(name) }
    if matching.count == 1 { return matching[0] }
    let id = try await ContainerFacts.fetch(name, session).id
    guard let task = tasks.first(where: { $0.containerId == id }) else {
      throw .local("container \(name) has no task: it does not run, start it with 'gantry start \(name)'")
    }
    return task
  }

  /// Talks to the shim of one container.
  ///
  /// - Throws: `CommandFailure.local` about the shim.
  package static func withShim<Answer: Sendable>(
    of name: String, _ session: Session,
    _ body: @Sendable (GantryEngineV1.TaskSummary, Client) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    let task = try await find(name, session)
    do {
      let client = try await Client.connect(path: task.socket)
      defer { client.close() }
      return try await body(task, client)
    } catch let error as GantryError {
      throw .local("shim of container \(Truncation.id(task.containerId)): \(error.message)")
    } catch {
      throw CommandFailure(error)
    }
  }
}
