import Dispatch

/// Runs an actor's jobs one after the other on a thread outside the cooperative pool, so that they may block.
///
/// An actor uses it by naming it as its `unownedExecutor`.
public final class BlockingExecutor: SerialExecutor {
  private let queue: DispatchQueue

  /// - Parameter label: shows up in a debugger.
  public init(label: String) {
    queue = DispatchQueue(label: label)
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
