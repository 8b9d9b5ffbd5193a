import AsyncServices
import Core
import Errors
import Glibc
import Linux
import Messages

/// Signals containers and waits for their end.
package struct ContainerStopper: Sendable {
  let context: EngineContext

  package init(_ context: EngineContext) { self.context = context }

  private static let sigkill: UInt32 = 9
  /// For the kernel to end a process that was killed; more than that means it hangs in the kernel.
  private static let killTimeout = Duration.seconds(30)

  /// Asks the container to end, and kills it when its time is up. Does nothing where it does not run.
  ///
  /// - Parameters:
  ///   - timeout: nil takes the container's own, or ten seconds; negative is for ever.
  ///   - signal: what asks it to end; "" is the container's own, or SIGTERM.
  /// - Throws: `.invalidArgument` for a signal that is none.
  package func stop(_ container: Container, timeout: Int32?, signal text: String = "") async throws {
    let wanted = try text.isEmpty ? nil : SignalNumber.of(text)
    let snapshot = container.snapshot
    guard snapshot.record.lifecycle.isRunning else { return }
    let settings = snapshot.record.settings
    let own = settings.stopTimeout >= 0 ? settings.stopTimeout : 10
    let seconds = timeout ?? own
    let number = try wanted ?? SignalNumber.of(settings.stopSignal.isEmpty ? "SIGTERM" : settings.stopSignal)
    do { try await signal(container, number, promise: snapshot.nextExit) } catch let error as GantryError {
      // A shim that does not answer is no reason to let the container run on.
      guard error.code == .deadlineExceeded, number != Self.sigkill else { throw error }
    }
    let hasEnded = number == Self.sigkill ? true : try await ends(container, snapshot.nextExit, within: seconds)
    if !hasEnded { try await signal(container, Self.sigkill, promise: snapshot.nextExit) }
    try await waitForEnd(container, snapshot.nextExit)
    context.events.publish("container", "stop", id: container.id, snapshot.record.eventAttributes)
  }

  /// Kills a running container and waits for its end.
  package func kill(_ container: Container) async throws {
    let snapshot = container.snapshot
    guard snapshot.record.lifecycle.isRunning else { return }
    try await signal(container, Self.sigkill, promise: snapshot.nextExit)
    try await waitForEnd(container, snapshot.nextExit)
  }

  /// Sends a signal on behalf of a person.
  ///
  /// - Throws: `.failedPrecondition`, "Cannot kill container: NAME: ...", where it does not run.
  package func kill(_ container: Container, signal text: String, named name: String) async throws {
    let number = try text.isEmpty ? Self.sigkill : SignalNumber.of(text)
    let snapshot = container.snapshot
    do throws(GantryError) {
      _ = try snapshot.record.lifecycle.requireRunning(id: container.id)
      try await send(container, number)
    } catch {
      throw error.wrapped("Cannot kill container: \(name)")
    }
    // As Docker has it: a signal that is to end the container wakes it.
    let stopSignal = snapshot.record.settings.stopSignal
    let isMeantToEnd = stopSignal.isEmpty || (try? SignalNumber.of(stopSignal)) == number
    if number == Self.sigkill || isMeantToEnd { await resumeIfPaused(container) }
  }

  private func signal(_ container: Container, _ number: UInt32, promise: Promise<ExitOutcome>) async throws {
    do throws(GantryError) {
      try await send(container, number)
    } catch {
      // That it ended meanwhile is all that was wanted.
      if promise.value != nil || error.code == .failedPrecondition { return }
      throw error
    }
    // A frozen process receives no signal before it thaws.
    await resumeIfPaused(container)
  }

  private func send(_ container: Container, _ number: UInt32) async throws(GantryError) {
    let task = try container.runningTask()
    do throws(GantryError) {
      try await send(container, number, by: task)
    } catch {
      guard error.code == .notFound else { throw error }
      throw GantryError(.failedPrecondition, "Container \(container.id) is not running")
    }
    var attributes = container.record.eventAttributes
    attributes["signal"] = String(number)
    context.events.publish("container", "kill", id: container.id, attributes)
  }

  /// A shim that does not answer where the container is to end is replaced: it is all that holds it.
  private func send(_ container: Container, _ number: UInt32, by task: ShimTask) async throws(GantryError) {
    let request = ContainerdTaskV2.KillRequest(id: container.id, signal: number)
    do throws(GantryError) {
      _ = try await task.task.kill(request, options: .init(timeout: .seconds(10)))
    } catch {
      guard error.code == .deadlineExceeded, number == Self.sigkill, task.shimPID > 1 else { throw error }
      context.log.error(
        "shim \(task.shimPID) of container \(container.id) does not answer, another one takes over: \(error)")
      Glibc.kill(pid_t(task.shimPID), SIGKILL)
      guard let next = await ShimFollower(context).successor(of: task, in: container) else { throw error }
      _ = try await next.task.kill(request, options: .init(timeout: .seconds(10)))
    }
  }

  private func resumeIfPaused(_ container: Container) async {
    guard container.record.lifecycle.isPaused, let task = container.task else { return }
    _ = try? await task.task.resume(.init(id: container.id), options: .init(timeout: .seconds(10)))
    container.update { state in
      if let next = try? state.record.lifecycle.unpaused(id: container.id) { state.record.lifecycle = next }
    }
  }

  private func ends(_ container: Container, _ exit: Promise<ExitOutcome>, within seconds: Int32) async throws -> Bool {
    if seconds < 0 {
      _ = try await exit.get()
      return true
    }
    let id = container.id
    do {
      _ = try await withDeadline(.seconds(Int64(seconds)), "container \(id) did not end") { try await exit.get() }
    } catch {
      guard (error as? GantryError)?.code == .deadlineExceeded else { throw error }
      return false
    }
    return true
  }

  private func waitForEnd(_ container: Container, _ exit: Promise<ExitOutcome>) async throws {
    let id = container.id
    _ = try await withDeadline(
      Self.killTimeout, "container \(id) was killed, but its end did not come"
    ) { try await exit.get() }
  }
}
