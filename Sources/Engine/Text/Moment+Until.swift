extension Moment {
  /// What an `until` filter names: an age such as "24h" or "1h30m", seconds since 1970, or a date as RFC 3339 has it,
  /// its end perhaps left out.
  ///
  /// - Returns: nil where it is none of them.
  package init?(untilFilter text: String, now: Moment) {
    if let age = Self.age(text) {
      self.init(nanosecondsSince1970: now.nanosecondsSince1970 - age)
    } else if let seconds = Double(text), seconds.magnitude < 9e9 {
      self.init(nanosecondsSince1970: Int64(seconds * 1e9))
    } else if let moment = Self.date(text) {
      self = moment
    } else {
      return nil
    }
  }

  private static func date(_ text: String) -> Moment? {
    let whole = "2000-01-01T00:00:00Z"
    let bytes = text.utf8.count
    guard bytes >= 10 else { return nil }
    let isZoned = text.hasSuffix("Z") || bytes > 19
    let rest = isZoned ? "" : whole.dropFirst(min(bytes, 19))
    return Moment(rfc3339: text + rest)
  }

  private static func age(_ text: String) -> Int64? {
    let units: [(String, Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]
    var rest = text[...]
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest.dropFirst(number.count).prefix { !$0.isNumber && $0 != "." }
      guard let value = Double(number), let scale = units.first(where: { $0.0 == unit })?.1 else { return nil }
      total += value * scale
      rest = rest.dropFirst(number.count + unit.count)
    }
    return Int64(exactly: total.rounded())
  }
}
