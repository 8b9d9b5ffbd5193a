import Glibc

/// A moment of UTC as Go's `time.Time`: how it prints, and the methods that templates call.
///
/// - SeeAlso: <https://pkg.go.dev/time#Time>
struct GoTime: Sendable {
  /// Since 1970.
  let seconds: Int64
  let nanoseconds: Int
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
    // It also reckons the days of the year and the week.
    seconds = Int64(timegm(&parts))
    // "31 April" is no date.
    guard parts.tm_mday == Int32(day) else { return nil }
    nanoseconds = (fraction.count..<10).reduce(digits) { value, _ in value * 10 }
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second) = (hour, minute, second)
    (dayOfYear, weekday) = (Int(parts.tm_yday) + 1, Int(parts.tm_wday))
  }

  /// - Parameter json: how the document has it.
  func value(json: String) -> Value {
    let integers: [(String, Int64, GoType.IntegerKind)] = [
      ("Year", Int64(year), .int), ("Month", Int64(month), .month), ("Day", Int64(day), .int),
      ("YearDay", Int64(dayOfYear), .int), ("Weekday", Int64(weekday), .weekday), ("Hour", Int64(hour), .int),
      ("Minute", Int64(minute), .int), ("Second", Int64(second), .int), ("Nanosecond", Int64(nanoseconds), .int),
      ("Unix", seconds, .int64), ("UnixMilli", seconds &* 1000 + Int64(nanoseconds / 1_000_000), .int64),
      ("UnixMicro", seconds &* 1_000_000 + Int64(nanoseconds / 1000), .int64),
      ("UnixNano", seconds &* 1_000_000_000 &+ Int64(nanoseconds), .int64),
    ]
    var methods: [String: Record.Method] = [:]
    for (name, number, kind) in integers { methods[name] = Record.Method { _ in .integer(number, kind) } }
    let isZero = year == 1 && dayOfYear == 1 && hour == 0 && minute == 0 && second == 0 && nanoseconds == 0
    methods["IsZero"] = Record.Method { _ in .bool(isZero) }
    methods["String"] = Record.Method { _ in .string(text) }
    methods["UTC"] = Record.Method { _ in value(json: json) }
    methods["Format"] = Record.Method([.string]) { .string(GoTimeLayout.text(of: self, layout: $0.first?.text ?? "")) }
    return .record(Record("time.Time", [], methods: methods, document: .string(json), text: text))
  }

  /// As it prints: "2026-11-27 04:19:52.244730646 +0000 UTC".
  var text: String { GoTimeLayout.text(of: self, layout: "2006-01-02 15:04:05.999999999 -0700 MST") }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
