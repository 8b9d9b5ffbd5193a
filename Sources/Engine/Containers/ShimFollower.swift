import AsyncServices
import AsyncWire
import Core
import Errors
import Messages

/// Holds what must outlive a shim, and hears what shims tell without being asked.
package struct ShimFollower: Sendable {
  let context: EngineContext

  private static let timeout = Duration.seconds(10)

  package init(_ context: EngineContext) { self.context = context }

  /// Keeps duplicates of what a process hangs on. A shim that has none to give, an older one, changes nothing.
  ///
  /// - Parameter execID: "" is the container's first process.
  package func keep(_ container: Container, execID: String = "", task: ShimTask) async {
    do throws(GantryError) {
      let reply = try await task.shim.keepReply(
        .init(id: container.id, execId: execID), options: .init(timeout: Self.timeout))
      let kept = KeptDescriptors(execID: execID, kinds: reply.message.kinds, descriptors: reply.descriptors)
      container.update { $0.kept[execID] = kept }
    } catch {
      context.log.debug("nothing is kept of container \(container.id): \(error)")
    }
  }

  /// Goes on with a shim that has taken over from a killed one.
  package func resume(_ container: Container, task: ShimTask, status: GantryShimV1.StatusResponse) async {
    await follow(container, task: task, status: status)
    let succession = container.update { state in
      state.task = task
      defer { state.succession = Promise() }
      return state.succession
    }
    succession.fulfil(())
  }

  /// Keeps what the processes of a shim hang on, and listens to it: one that was met again, or is new.
  package func follow(_ container: Container, task: ShimTask, status: GantryShimV1.StatusResponse) async {
    await listen(to: task, of: container)
    for process in status.processes where process.id == container.id && process.state != "stopped" {
      await keep(container, execID: process.execId, task: task)
    }
  }

  /// The shim that took over from one that was killed, once it has.
  ///
  /// - Returns: nil where none does within a reasonable time.
  package func successor(of task: ShimTask, in container: Container) async -> ShimTask? {
    let (current, succession) = container.update { ($0.task, $0.succession) }
    guard let current else { return nil }
    if current.shimPID != task.shimPID { return current }
    _ = try? await withDeadline(.seconds(30), "a new shim") { try await succession.get() }
    guard let next = container.task, next.shimPID != task.shimPID else { return nil }
    return next
  }

  /// Passes on what the shim tells, from when this returns until the shim has gone.
  package func listen(to task: ShimTask, of container: Container) async {
    let events: InboundStream<GantryShimV1.WatchEvent>
    do throws(GantryError) {
      events = try await task.shim.watch(.init())
    } catch {
      return context.log.debug("shim of \(container.id) tells nothing: \(error)")
    }
    Task {
      do {
        for try await event in events where event.kind == "oom" && event.id == container.id {
          tellOutOfMemory(container)
        }
      } catch {
        context.log.debug("shim of \(container.id) tells no more: \(error)")
      }
    }
  }

  /// The kernel may kill hundreds of times in a second, which would leave no room for other events.
  private static let leastPause = Duration.seconds(1)

  /// One event for the times the kernel kills in a second; the end of the container tells of the last one where it comes first.
  private func tellOutOfMemory(_ container: Container) {
    let record = container.update { state -> ContainerRecord? in
      guard state.task != nil, !state.hasEnded else { return nil }
      state.oomKilled = true
      let now = ContinuousClock.now
      if let last = state.lastOutOfMemory, now - last < Self.leastPause { return nil }
      state.lastOutOfMemory = now
      return state.record
    }
    if let record { context.events.publish("container", "oom", id: container.id, record.eventAttributes) }
  }
}
