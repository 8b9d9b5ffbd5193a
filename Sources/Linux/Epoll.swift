import CLinux
import Errors
import Glibc

/// An epoll instance: which descriptors are ready. Safe to use from several threads.
public final class Epoll: Sendable {
  /// One descriptor's readiness: the `EPOLL` bits and the token it was added with.
  public struct Event: Sendable {
    public let token: UInt64
    public let bits: UInt32
  }

  private let descriptor: FileDescriptor

  /// - Throws: `GantryError` from epoll_create1(2).
  public init() throws(GantryError) {
    let number = try retryingOnInterrupt("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
    descriptor = FileDescriptor(adopting: number)
  }

  /// Watches a descriptor, level-triggered.
  ///
  /// - Throws: `GantryError` from epoll_ctl(2); `EPERM` for regular files.
  public func add(_ target: FileDescriptor, bits: UInt32, token: UInt64) throws(GantryError) {
    try control(EPOLL_CTL_ADD, target, bits, token)
  }

  /// - Throws: `GantryError` from epoll_ctl(2).
  public func modify(_ target: FileDescriptor, bits: UInt32, token: UInt64) throws(GantryError) {
    try control(EPOLL_CTL_MOD, target, bits, token)
  }

  /// Watches a descriptor no more; without effect if it is not watched.
  public func remove(_ target: FileDescriptor) {
    var event = epoll_event()
    _ = epoll_ctl(descriptor.number, EPOLL_CTL_DEL, target.number, &event)
  }

  private func control(
    _ operation: Int32, _ target: FileDescriptor, _ bits: UInt32, _ token: UInt64
  ) throws(GantryError) {
    var event = epoll_event(events: bits, data: epoll_data_t(u64: token))
    try retryingOnInterrupt("epoll_ctl") { epoll_ctl(descriptor.number, operation, target.number, &event) }
  }

  /// Waits until something is ready, a signal comes, or time is up, and adds what is ready to `events`.
  ///
  /// - Parameter timeout: rounded up to milliseconds; nil waits for ever.
  /// - Throws: `GantryError` from epoll_wait(2).
  public func wait(timeout: Duration?, into events: inout [Event]) throws(GantryError) {
    var milliseconds: Int32 = -1
    if let timeout {
      let nanoseconds = max(0, timeout.wholeNanoseconds)
      milliseconds = Int32(clamping: nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1))
    }
    let failure: Int32? = withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) { buffer in
      let count = epoll_wait(descriptor.number, buffer.baseAddress, Int32(Self.batch), milliseconds)
      if count < 0 { return gantry_errno() }
      for event in buffer.prefix(Int(count)) { events.append(Event(token: event.data.u64, bits: event.events)) }
      return nil
    }
    if let failure, failure != EINTR { throw .system("epoll_wait", errno: failure) }
  }

  private static let batch = 32
}
