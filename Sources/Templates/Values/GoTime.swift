import Glibc

/// A moment as Go's `time.Time`: how it prints in UTC or another zone.
///
/// - SeeAlso: <https://pkg.go.dev/time#Time>
struct GoTime: Sendable {
  /// Since 1970.
  let seconds: Int64
  let nanoseconds: Int
  /// What the zone is ahead of UTC, in seconds.
  let offset: Int
  /// "UTC", "CET".
  let zone: String
  /// What Go calls the zone's rules: "UTC" or "Local".
  let location: String
  let year: Int
  /// January is 1.
  let month: Int
  let day: Int
  /// The first of January is 1.
  let dayOfYear: Int
  /// Sunday is 0.
  let weekday: Int
  let hour: Int
  let minute: Int
  let second: Int

  /// A moment of UTC.
  init(seconds: Int64, nanoseconds: Int) {
    var (moment, parts) = (time_t(seconds), tm())
    gmtime_r(&moment, &parts)
    self.init(seconds, nanoseconds, parts, offset: 0, zone: "UTC", location: "UTC")
  }

  /// The same moment in the zone of this machine.
  var local: GoTime {
    var (moment, parts) = (time_t(seconds), tm())
    tzset()
    localtime_r(&moment, &parts)
    let zone = parts.tm_zone.map { String(cString: $0) } ?? "UTC"
    return GoTime(seconds, nanoseconds, parts, offset: Int(parts.tm_gmtoff), zone: zone, location: "Local")
  }

  private init(_ seconds: Int64, _ nanoseconds: Int, _ parts: tm, offset: Int, zone: String, location: String) {
    (self.seconds, self.nanoseconds) = (seconds, nanoseconds)
    (self.offset, self.zone, self.location) = (offset, zone, location)
    (year, month, day) = (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday))
    (hour, minute, second) = (Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
    (dayOfYear, weekday) = (Int(parts.tm_yday) + 1, Int(parts.tm_wday))
  }

  /// Reads a moment as Go writes it into JSON, such as "2026-11-27T04:19:52.244730646Z"; nil for another zone than UTC.
  init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      guard bytes[range].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
      return bytes[range].reduce(0) { $0 * 10 + Int($1 & 15) }
    }
    let fraction = bytes[19..<bytes.count - 1]
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19),
      [4, 7].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
      bytes[10] == UInt8(ascii: "T"), [13, 16].allSatisfy({ bytes[$0] == UInt8(ascii: ":") }), (1...12).contains(month),
      (1...31).contains(day), hour < 24, minute < 60, second < 60,
      fraction.isEmpty || fraction.first == UInt8(ascii: ".") && (2...10).contains(fraction.count),
      let digits = number(20..<max(20, bytes.count - 1))
    else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
    let seconds = Int64(timegm(&parts))
    // "31 April" is no date.
    guard parts.tm_mday == Int32(day) else { return nil }
    self.init(seconds: seconds, nanoseconds: (fraction.count..<10).reduce(digits) { value, _ in value * 10 })
  }

  /// As it prints: "2026-11-27 04:19:52.244730646 +0000 UTC".
  var text: String { GoTimeLayout.text(of: self, layout: "2006-01-02 15:04:05.999999999 -0700 MST") }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
