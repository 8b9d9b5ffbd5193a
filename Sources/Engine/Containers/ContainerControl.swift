import AsyncServices
import Core
import Database
import Errors
import Linux
import Messages

/// What is done to a container beside starting, stopping and removing it.
package struct ContainerControl: Sendable {
  let context: EngineContext
  let starter: ContainerStarter

  private static let timeout = Duration.seconds(30)

  package init(_ context: EngineContext, starter: ContainerStarter) {
    self.context = context
    self.starter = starter
  }

  package func pause(_ container: Container) async throws {
    let next = try container.record.lifecycle.paused(id: container.id)
    _ = try await container.runningTask().task.pause(.init(id: container.id), options: .init(timeout: Self.timeout))
    try await note(container, next, event: "pause")
  }

  package func unpause(_ container: Container) async throws {
    let next = try container.record.lifecycle.unpaused(id: container.id)
    _ = try await container.runningTask().task.resume(.init(id: container.id), options: .init(timeout: Self.timeout))
    try await note(container, next, event: "unpause")
  }

  private func note(_ container: Container, _ next: ContainerLifecycle, event: String) async throws {
    let record = container.update { state -> ContainerRecord? in
      // It may have ended in the meantime; the end is what counts then.
      guard state.record.lifecycle.run == next.run else { return nil }
      state.record.lifecycle = next
      return state.record
    }
    guard let record else { return }
    try await context.database.transaction { try ContainerTable($0).update(record) }
    context.events.publish("container", event, id: container.id, record.eventAttributes)
  }

  /// Ends the container, if it runs, and starts it again.
  package func restart(_ container: Container, timeout: Int32?, signal: String = "") async throws {
    container.update { $0.isRestarting = true }
    defer { container.update { $0.isRestarting = false } }
    try await ContainerStopper(context).stop(container, timeout: timeout, signal: signal)
    try await starter.start(container)
    context.events.publish("container", "restart", id: container.id, container.record.eventAttributes)
  }

  package func rename(_ container: Container, to text: String) async throws {
    try await container.gate.withLock {
      let before = container.record.name
      let name = try Self.allocating { () throws(GantryError) -> String in try ContainerName.checked(text) }
      guard name != before else {
        throw GantryError(.invalidArgument, "Renaming a container with the same name as its current name")
      }
      try Self.allocating { () throws(GantryError) in try context.registry.reserve(name: name, for: container.id) }
      do {
        try await context.database.transaction { try ContainerTable($0).rename(id: container.id, to: name) }
      } catch {
        context.registry.release(name: name, of: container.id)
        throw error
      }
      let record = container.update { state in
        state.record.name = name
        return state.record
      }
      context.registry.release(name: before, of: container.id)
      var attributes = record.eventAttributes
      attributes["oldName"] = "/\(before)"
      context.events.publish("container", "rename", id: container.id, attributes)
    }
  }

  private static func allocating<Value>(_ body: () throws(GantryError) -> Value) throws(GantryError) -> Value {
    do throws(GantryError) {
      return try body()
    } catch {
      throw error.wrapped("Error when allocating new name")
    }
  }

  package func resize(_ container: Container, width: UInt32, height: UInt32) async throws {
    guard let task = container.task else {
      throw GantryError(.failedPrecondition, "Container \(container.id) is not running")
    }
    _ = try await task.task.resizePty(
      .init(id: container.id, width: width, height: height), options: .init(timeout: Self.timeout))
    var attributes = container.record.eventAttributes
    attributes["width"] = String(width)
    attributes["height"] = String(height)
    context.events.publish("container", "resize", id: container.id, attributes)
  }

  /// Waits as the condition says.
  package func wait(
    _ container: Container, _ condition: GantryEngineV1.WaitCondition
  ) async throws -> ExitOutcome {
    let snapshot = container.snapshot
    switch condition {
    case .removed: return try await container.removed.get()
    case .nextExit: return try await snapshot.nextExit.get()
    default:
      guard snapshot.record.lifecycle.isRunning, !snapshot.isRemoved else {
        return ExitOutcome(exitCode: snapshot.record.lifecycle.exitCode)
      }
      return try await snapshot.nextExit.get()
    }
  }
}
