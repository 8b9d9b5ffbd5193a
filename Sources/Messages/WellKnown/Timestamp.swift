import Glibc

extension GoogleProtobuf.Timestamp {
  /// Go's zero time, which containerd sends for "not yet": 0001-01-01T00:00:00Z.
  public static let zeroTime = GoogleProtobuf.Timestamp(seconds: -62_135_596_800, nanos: 0)

  /// Whether this says "not yet": Go's zero time, or the message's own default.
  public var isZero: Bool { self == .zeroTime || (seconds == 0 && nanos == 0) }

  /// The wall clock's time.
  public static func now() -> GoogleProtobuf.Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return GoogleProtobuf.Timestamp(time)
  }

  /// The same instant as `time`.
  public init(_ time: timespec) {
    self.init(seconds: Int64(time.tv_sec), nanos: Int32(time.tv_nsec))
  }

  /// Nanoseconds since 1970-01-01T00:00:00Z, clamped to what 64 bits hold (years 1678 to 2262).
  public var nanosecondsSinceEpoch: Int64 {
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carried) = scaled.addingReportingOverflow(Int64(nanos))
    return carried ? (seconds < 0 ? .min : .max) : sum
  }

  /// The instant so many nanoseconds after 1970-01-01T00:00:00Z.
  public init(nanosecondsSinceEpoch nanoseconds: Int64) {
    var (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if rest < 0 {
      seconds -= 1
      rest += 1_000_000_000
    }
    self.init(seconds: seconds, nanos: Int32(rest))
  }

  /// The time from `earlier` to this instant.
  public func duration(since earlier: GoogleProtobuf.Timestamp) -> Duration {
    .seconds(seconds &- earlier.seconds) + .nanoseconds(Int64(nanos) - Int64(earlier.nanos))
  }
}
