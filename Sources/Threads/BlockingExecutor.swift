/// Runs an actor's jobs one after the other on a thread outside the cooperative pool, so that they may block.
///
/// An actor uses it by naming it as its `unownedExecutor`. The thread is there while there is work.
public final class BlockingExecutor: SerialExecutor {
  private let queue: JobQueue

  /// - Parameter name: what the thread is called in `ps -L`; 15 bytes at most are seen.
  public init(name: String) { queue = JobQueue(name: name, limit: 1) }

  deinit { queue.close() }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    // A job of an actor cannot be refused: without a thread of the queue's own, the caller's does it.
    if !queue.submit({ job.runSynchronously(on: executor) }) { job.runSynchronously(on: executor) }
  }
}
