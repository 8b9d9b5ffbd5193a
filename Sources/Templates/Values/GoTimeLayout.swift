/// Moments written like an example, as Go's `Format` does it: the example is 3:04:05 in the afternoon of Monday, the
/// second of January 2006, seven hours west of UTC.
///
/// - SeeAlso: <https://pkg.go.dev/time#pkg-constants>
enum GoTimeLayout {
  /// What the example may be made of; what begins like another comes after it.
  private static let elements: [(element: String, text: @Sendable (GoTime) -> String)] = [
    ("January", { GoTime.months[$0.month - 1] }), ("Jan", { String(GoTime.months[$0.month - 1].prefix(3)) }),
    ("Monday", { GoTime.weekdays[$0.weekday] }), ("Mon", { String(GoTime.weekdays[$0.weekday].prefix(3)) }),
    ("MST", { $0.zone }), ("2006", { padded($0.year, 4) }), ("002", { padded($0.dayOfYear, 3) }),
    ("01", { padded($0.month, 2) }), ("02", { padded($0.day, 2) }), ("03", { padded(hourOnDial($0), 2) }),
    ("04", { padded($0.minute, 2) }), ("05", { padded($0.second, 2) }), ("06", { padded($0.year % 100, 2) }),
    ("15", { padded($0.hour, 2) }), ("1", { String($0.month) }), ("_2006", { "_" + padded($0.year, 4) }),
    ("__2", { padded($0.dayOfYear, 3, with: " ") }), ("_2", { padded($0.day, 2, with: " ") }),
    ("2", { String($0.day) }), ("3", { String(hourOnDial($0)) }), ("4", { String($0.minute) }),
    ("5", { String($0.second) }), ("PM", { $0.hour >= 12 ? "PM" : "AM" }), ("pm", { $0.hour >= 12 ? "pm" : "am" }),
    ("-070000", { zone($0, "", seconds: true) }), ("-07:00:00", { zone($0, ":", seconds: true) }),
    ("-0700", { zone($0, "") }), ("-07:00", { zone($0, ":") }), ("-07", { String(zone($0, "").prefix(3)) }),
    ("Z070000", { $0.offset == 0 ? "Z" : zone($0, "", seconds: true) }),
    ("Z07:00:00", { $0.offset == 0 ? "Z" : zone($0, ":", seconds: true) }),
    ("Z0700", { $0.offset == 0 ? "Z" : zone($0, "") }), ("Z07:00", { $0.offset == 0 ? "Z" : zone($0, ":") }),
    ("Z07", { $0.offset == 0 ? "Z" : String(zone($0, "").prefix(3)) }),
  ]

  private static let byFirstByte = Dictionary(grouping: elements) { $0.element.utf8.first ?? 0 }

  static func text(of time: GoTime, layout: String) -> String {
    var text: [UInt8] = []
    var rest = Array(layout.utf8)[...]
    while let first = rest.first {
      if let (length, fraction) = fraction(of: time, rest) {
        text += fraction.utf8
        rest = rest.dropFirst(length)
      } else if let (element, make) = byFirstByte[first]?.first(where: { begins(rest, with: $0.element) }) {
        text += make(time).utf8
        rest = rest.dropFirst(element.utf8.count)
      } else {
        text.append(first)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// "Jan" and "Mon" are none in words that begin like them.
  private static func begins(_ text: ArraySlice<UInt8>, with element: String) -> Bool {
    guard text.starts(with: element.utf8) else { return false }
    guard element == "Jan" || element == "Mon", let next = text.dropFirst(3).first else { return true }
    return !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next)
  }

  /// A point or comma and zeros, or nines where zeros at the end are not wanted; no digit follows.
  private static func fraction(of time: GoTime, _ layout: ArraySlice<UInt8>) -> (length: Int, text: String)? {
    guard let mark = layout.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","),
      let digit = layout.dropFirst().first, digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9")
    else { return nil }
    let count = layout.dropFirst().prefix { $0 == digit }.count
    if let next = layout.dropFirst(1 + count).first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
      return nil
    }
    var digits = padded(time.nanoseconds, 9).prefix(count)
    if digit == UInt8(ascii: "9") {
      while digits.last == "0" { digits.removeLast() }
      if digits.isEmpty { return (1 + count, "") }
    }
    return (1 + count, "\(Unicode.Scalar(mark))\(digits)")
  }

  /// "+0100", "+01:00", "+01:00:00".
  private static func zone(_ time: GoTime, _ separator: String, seconds: Bool = false) -> String {
    let ahead = abs(time.offset)
    let parts = [ahead / 3600, ahead / 60 % 60] + (seconds ? [ahead % 60] : [])
    return (time.offset < 0 ? "-" : "+") + parts.map { padded($0, 2) }.joined(separator: separator)
  }

  private static func hourOnDial(_ time: GoTime) -> Int { time.hour % 12 == 0 ? 12 : time.hour % 12 }

  private static func padded(_ value: Int, _ width: Int, with filling: String = "0") -> String {
    let digits = String(value)
    return String(repeating: filling, count: max(0, width - digits.utf8.count)) + digits
  }
}
