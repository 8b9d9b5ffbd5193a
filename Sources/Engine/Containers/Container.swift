import Core
import Errors
import Messages
import Synchronization

/// One container as the running engine knows it.
///
/// `state` may be looked at by anyone, at any time. Who changes more than one thing about a container, or
/// talks to plugins on its behalf, does so inside `gate`.
package final class Container: Sendable {
  /// What the engine knows beside the record.
  package struct State: Sendable {
    package var record: ContainerRecord
    /// The shim, from before the start until after the clean-up.
    package var task: ShimTask?
    /// How the snapshot is mounted, as the snapshotter said last.
    package var mounts: [ContainerdTypes.Mount]?
    package var execs: [String: ExecProcess] = [:]
    /// What its processes hang on, by exec id, for the shim that may have to take over.
    package var kept: [String: KeptDescriptors] = [:]
    /// Fulfilled when another shim has taken over, or when none will; then replaced.
    package var succession = Promise<Void>()
    /// Fulfilled at the next exit, then replaced.
    package var nextExit = Promise<ExitOutcome>()
    /// A restart is under way: the exit in the middle of it removes nothing.
    package var isRestarting = false
    package var isRemoved = false
    package var oomKilled = false
    /// When the last lack of memory was told.
    var lastOutOfMemory: ContinuousClock.Instant?
    /// The end of its first process is known: what comes late of it is not told any more.
    package var hasEnded = false
  }

  package let id: String
  package let gate = Gate()
  /// Fulfilled when the container is gone for everyone.
  package let removed = Promise<ExitOutcome>()
  private let state: Mutex<State>

  package init(_ record: ContainerRecord) {
    id = record.id
    state = Mutex(State(record: record))
  }

  /// What is true at this moment.
  package var snapshot: State { state.withLock { $0 } }
  package var record: ContainerRecord { state.withLock { $0.record } }
  package var task: ShimTask? { state.withLock { $0.task } }

  /// Changes the state; `body` must not call anything that waits.
  @discardableResult
  package func update<Value>(_ body: (inout State) throws -> Value) rethrows -> Value {
    try state.withLock { try body(&$0) }
  }

  /// The shim of a container that runs.
  ///
  /// - Throws: `.failedPrecondition`, "Container ID is not running".
  package func runningTask() throws(GantryError) -> ShimTask {
    let snapshot = snapshot
    _ = try snapshot.record.lifecycle.requireRunning(id: id)
    guard let task = snapshot.task else {
      throw GantryError(.unavailable, "the shim of container \(id) does not answer; see gantryd's log")
    }
    return task
  }
}
