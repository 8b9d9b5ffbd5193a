import Errors
import Glibc

/// A bounded queue of chunks between one thread that makes them and one that reads them.
final class ChunkQueue: @unchecked Sendable {
  // Unchecked because every member is touched with `mutex` held.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private let limit: Int
  private var chunks: [Chunk] = []
  private var outcome: Result<Void, GantryError>?
  private var isAbandoned = false

  init(limit: Int = 8) {
    self.limit = limit
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  private func withLock<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Hands on a chunk; waits while the queue is full.
  ///
  /// - Returns: false where nobody reads any more.
  func push(_ chunk: Chunk) -> Bool {
    withLock {
      while chunks.count >= limit, !isAbandoned { pthread_cond_wait(changed, mutex) }
      guard !isAbandoned else { return false }
      chunks.append(chunk)
      pthread_cond_broadcast(changed)
      return true
    }
  }

  /// Says that nothing follows, or why nothing can follow.
  func finish(_ outcome: Result<Void, GantryError>) {
    withLock {
      self.outcome = outcome
      pthread_cond_broadcast(changed)
    }
  }

  /// The next chunk; nil at the end.
  ///
  /// - Throws: what the maker failed with.
  func pop() throws(GantryError) -> Chunk? {
    let next: Result<Chunk?, GantryError> = withLock {
      while chunks.isEmpty, outcome == nil { pthread_cond_wait(changed, mutex) }
      if chunks.isEmpty { return outcome?.map { nil } ?? .success(nil) }
      pthread_cond_broadcast(changed)
      return .success(chunks.removeFirst())
    }
    return try next.get()
  }

  /// Says that nobody will read any more; the maker stops at its next chunk.
  func abandon() {
    withLock {
      isAbandoned = true
      chunks = []
      pthread_cond_broadcast(changed)
    }
  }
}
