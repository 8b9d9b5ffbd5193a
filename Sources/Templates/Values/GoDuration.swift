/// Spans of time as Go's `time.Duration` prints them.
enum GoDuration {
  /// "1h30m0s", "1.5s", "100ms", "0s".
  static func text(_ nanoseconds: Int64) -> String {
    let sign = nanoseconds < 0 ? "-" : ""
    let total = nanoseconds.magnitude
    let units: [(String, UInt64)] = [("ns", 1), ("µs", 1000), ("ms", 1_000_000)]
    if total == 0 { return "0s" }
    if total < 1_000_000_000, let (name, scale) = units.last(where: { total >= $0.1 }) {
      return sign + fraction(total, scale) + name
    }
    let minutes = total / 60_000_000_000
    let seconds = fraction(total % 60_000_000_000, 1_000_000_000) + "s"
    if minutes == 0 { return sign + seconds }
    return sign + (minutes >= 60 ? "\(minutes / 60)h\(minutes % 60)m" : "\(minutes)m") + seconds
  }

  private static func fraction(_ value: UInt64, _ scale: UInt64) -> String {
    let rest = value % scale
    guard rest > 0 else { return String(value / scale) }
    var digits = String(rest + scale).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(value / scale).\(digits)"
  }
}
