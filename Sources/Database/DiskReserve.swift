import Glibc

/// Space on the disk that is set aside, in a file beside the database, for the moment when there is no other: with it one
/// can still remove what fills the disk. For one thread.
struct DiskReserve {
  /// Room for some hundred transactions.
  private static let size: off_t = 1 << 20

  /// How many transactions pass until the space is asked for again.
  private static let patience = 64

  private let path: String
  private var isGone = false
  private var transactions = 0

  /// Sets the space aside; a disk that has no room for it is none's concern yet.
  init(path: String) {
    self.path = path
    restore()
  }

  /// Sets the space aside again, now and then, where it was given up.
  mutating func transactionEnded() {
    guard isGone else { return }
    transactions += 1
    if transactions % Self.patience == 0 { restore() }
  }

  private mutating func restore() {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    isGone = posix_fallocate(file, 0, Self.size) != 0
    if isGone { unlink(path) }
  }

  /// Gives the space up.
  ///
  /// - Returns: whether there was any.
  mutating func release() -> Bool {
    isGone = true
    return unlink(path) == 0
  }
}
