import Hashing
import Digests
import Errors
import Synchronization
import Threads

/// Hashes chunks on a thread of its own.
final class HashingThread: Sendable {
  typealias Value = (digest: Digest, size: Int64)

  /// What is to be hashed; `finish` on it ends the thread.
  let queue = ChunkQueue()
  /// Carries one empty chunk's worth of news: it ends when the result is there.
  private let done = ChunkQueue()
  private let outcome = Mutex<Result<Value, GantryError>?>(nil)

  /// - Throws: `.resourceExhausted` where there is no thread to be had.
  init() throws(GantryError) {
    let (queue, done) = (queue, done)
    let isStarted = DetachedThread.start(name: "hash") { [self] in
      let result = Result { () throws(GantryError) in try Self.hash(queue) }
      if case .failure = result { queue.abandon() }
      outcome.withLock { $0 = result }
      done.finish(.success(()))
    }
    guard isStarted else {
      throw GantryError(
        .resourceExhausted, "no thread to compute digests with: raise the limit of processes (ulimit -u)")
    }
  }

  /// Waits for the end of the queue.
  func result() throws(GantryError) -> Value {
    _ = try done.pop()
    guard let outcome = outcome.withLock({ $0 }) else {
      throw GantryError(.internal, "a thread ended without a digest")
    }
    return try outcome.get()
  }

  private static func hash(_ queue: ChunkQueue) throws(GantryError) -> Value {
    let digester = try Digester()
    var size: Int64 = 0
    while let chunk = try queue.pop() {
      try digester.update(chunk.bytes)
      size += Int64(chunk.count)
    }
    return (try digester.finish(), size)
  }
}
