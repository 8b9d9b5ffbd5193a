import Synchronization

/// Leases whose end could not be written down, as on a full disk; each collection tries again. Safe to use from anywhere.
final class UnendedLeases: Sendable {
  private let leases = Mutex<Set<String>>([])

  var all: Set<String> { leases.withLock { $0 } }

  func add(_ lease: String) { leases.withLock { _ = $0.insert(lease) } }

  func remove(_ lease: String) { leases.withLock { _ = $0.remove(lease) } }
}
