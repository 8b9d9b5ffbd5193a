import CLinux
import Glibc

/// A counting semaphore between threads.
final class Semaphore: @unchecked Sendable {
  // Unchecked because sem_t is made for being shared; the pointer itself never changes.
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func signal() { sem_post(semaphore) }

  /// Waits for a signal, however long it takes.
  func wait() {
    while sem_wait(semaphore) != 0 {}
  }

  /// Waits for a signal, at most `seconds`.
  ///
  /// - Returns: whether one came.
  func wait(seconds: Int) -> Bool {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_sec += seconds
    while sem_timedwait(semaphore, &deadline) != 0 {
      if gantry_errno() != EINTR { return false }
    }
    return true
  }
}
