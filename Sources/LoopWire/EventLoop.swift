import Errors
import Linux

/// A loop over epoll for one thread: descriptors, timers, and work put off to the end of the round.
public final class EventLoop {
  public init() throws(GantryError) {}
  public func run() throws(GantryError) {}
  public func stop() {}
  public func add(
    _ descriptor: FileDescriptor, _ interest: Readiness, handler: @escaping (Readiness) -> Void
  ) throws(GantryError) {}
  public func modify(_ descriptor: FileDescriptor, _ interest: Readiness) throws(GantryError) {}
  public func remove(_ descriptor: FileDescriptor) {}
  @discardableResult
  public func addTimer(after delay: Duration, _ body: @escaping () -> Void) -> TimerID { TimerID(number: 0) }
  public func cancelTimer(_ timer: TimerID) {}
  public func `defer`(_ body: @escaping () -> Void) {}
}
