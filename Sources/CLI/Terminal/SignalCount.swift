import Synchronization

/// Counts signals for as long as they count.
package final class SignalCount: Sendable {
  private let count = Mutex<Int?>(0)

  package init() {}

  /// One more.
  ///
  /// - Returns: how many there are; nil once closed.
  package func increment() -> Int? {
    count.withLock { count in
      count = count.map { $0 + 1 }
      return count
    }
  }

  /// Says that they do not count any more.
  package func close() { count.withLock { $0 = nil } }
}
