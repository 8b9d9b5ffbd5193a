import Glibc

/// A moment as the log keeps it: nanoseconds since 1970, UTC.
public struct LogTimestamp: Sendable, Hashable, Comparable {
  public var seconds: Int64
  /// 0 to 999,999,999.
  public var nanoseconds: Int32

  public init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// The moment of the call.
  public static var now: LogTimestamp {
    var time = timespec()
    _ = clock_gettime(CLOCK_REALTIME, &time)
    return LogTimestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
  }

  public static func < (left: LogTimestamp, right: LogTimestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}
