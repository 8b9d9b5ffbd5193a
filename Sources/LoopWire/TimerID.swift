/// Names a timer of an `EventLoop`, to cancel it.
public struct TimerID: Hashable, Sendable {
  let number: UInt64
}
