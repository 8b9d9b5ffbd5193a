import Glibc
import Linux
import Synchronization

/// How far something is, for threads that wait for it to get further. Safe to use from any thread.
final class ProgressSignal: @unchecked Sendable {
  // Unchecked because the two pthread objects are made for being shared; their places never change.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var position: Int64 = 0
  private var isEnded = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func move(to position: Int64) {
    locked {
      self.position = position
      pthread_cond_broadcast(condition)
    }
  }

  /// Says that it gets no further.
  func end() {
    locked {
      isEnded = true
      pthread_cond_broadcast(condition)
    }
  }

  /// Waits until it is further than `position`.
  ///
  /// - Returns: how far it is; nil where it gets no further than `position`.
  func wait(beyond position: Int64) -> Int64? {
    locked {
      while self.position <= position && !isEnded { pthread_cond_wait(condition, mutex) }
      return self.position > position ? self.position : nil
    }
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
