import CLinux
import Errors
import Glibc

/// An eventfd(2): wakes whoever polls it. Safe to use from any thread.
public final class EventDescriptor: Sendable {
  /// Readable after a `signal()`, until `clear()`.
  public let descriptor: FileDescriptor

  /// - Throws: `GantryError` from eventfd(2).
  public init() throws(GantryError) {
    let flags = Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)
    descriptor = FileDescriptor(adopting: try retryingOnInterrupt("eventfd") { eventfd(0, flags) })
  }

  /// Makes the descriptor readable; it stays so however often this is called.
  public func signal() {
    var one: UInt64 = 1
    // It can only fail when the counter is at its maximum, and then the descriptor is readable.
    _ = Glibc.write(descriptor.number, &one, 8)
  }

  /// Makes the descriptor unreadable.
  public func clear() {
    var count: UInt64 = 0
    _ = Glibc.read(descriptor.number, &count, 8)
  }
}
