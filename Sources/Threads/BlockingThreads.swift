/// Threads for calls that block: files, databases, mounts, waiting for a process.
///
/// Swift's own thread pool has one thread a processor; a call that blocks there stops everybody else's
/// progress, a plugin's answer to Ping included. Here threads are made when jobs wait and none is free,
/// and go after ten idle seconds. With `limit: 1` jobs run one after the other, in the order they came.
/// Safe to use from anywhere.
public final class BlockingThreads: Sendable {
  private let queue: JobQueue

  /// - Parameters:
  ///   - name: what the threads are called in `ps -L`; 15 bytes at most are seen.
  ///   - limit: how many jobs run at once, at most.
  public init(name: String, limit: Int) {
    precondition(limit > 0, "a pool of no threads runs nothing")
    queue = JobQueue(name: name, limit: limit)
  }

  deinit { queue.close() }

  /// Runs `body` on one of the threads. A cancelled caller waits all the same: `body` is never cut short.
  ///
  /// - Throws: what `body` throws; `.resourceExhausted` where the system gives no thread.
  public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let accepted = queue.submit { continuation.resume(with: Result { try body() }) }
      if !accepted { continuation.resume(throwing: ThreadError.unavailable(queue.name)) }
    }
  }

  /// Runs `body` on one of the threads and does not wait for it.
  ///
  /// - Returns: false where the system gives no thread; `body` is not run then.
  @discardableResult
  public func submit(_ body: @escaping @Sendable () -> Void) -> Bool { queue.submit(body) }
}
