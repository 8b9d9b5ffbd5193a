extension LogTimestamp {
  /// As Go's `time.RFC3339Nano` prints it in UTC, trailing zeros of the fraction left out: what stands in the log file.
  public var rfc3339Nano: String { String(decoding: bytes(paddingFraction: false), as: UTF8.self) }

  /// With nine digits of fraction always: what `logs --timestamps` prints.
  public var rfc3339NanoPadded: String { String(decoding: bytes(paddingFraction: true), as: UTF8.self) }

  package func bytes(paddingFraction: Bool) -> [UInt8] {
    let days = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400)
    let secondOfDay = seconds - days * 86400
    let (year, month, day) = Self.civilDate(daysSince1970: days)
    var text: [UInt8] = []
    text.reserveCapacity(30)
    Self.append(year, digits: 4, to: &text)
    text.append(UInt8(ascii: "-"))
    Self.append(month, digits: 2, to: &text)
    text.append(UInt8(ascii: "-"))
    Self.append(day, digits: 2, to: &text)
    text.append(UInt8(ascii: "T"))
    Self.append(secondOfDay / 3600, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    Self.append(secondOfDay / 60 % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    Self.append(secondOfDay % 60, digits: 2, to: &text)
    if nanoseconds != 0 || paddingFraction {
      text.append(UInt8(ascii: "."))
      Self.append(Int64(nanoseconds), digits: 9, to: &text)
      while !paddingFraction, text.last == UInt8(ascii: "0") { text.removeLast() }
    }
    text.append(UInt8(ascii: "Z"))
    return text
  }

  /// Reads RFC 3339 with up to nine digits of fraction, in UTC or with an offset; nil for anything else.
  public init?(rfc3339 text: some Collection<UInt8>) {
    var rest = text[...]
    func number(_ digits: Int) -> Int64? {
      guard rest.count >= digits else { return nil }
      var value: Int64 = 0
      for byte in rest.prefix(digits) {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      rest = rest.dropFirst(digits)
      return value
    }
    func skip(_ characters: StaticString) -> Bool {
      guard let byte = rest.first, characters.withUTF8Buffer({ $0.contains(byte) }) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("Tt "),
      let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var fraction: Int64 = 0
    if skip(".") {
      var digits = 0
      while digits < 9, let digit = number(1) {
        fraction = fraction * 10 + digit
        digits += 1
      }
      guard digits > 0 else { return nil }
      for _ in digits..<9 { fraction *= 10 }
    }
    var offset: Int64 = 0
    if !skip("Zz") {
      let isBehind = rest.first == UInt8(ascii: "-")
      guard skip("+-"), let hours = number(2), skip(":"), let minutes = number(2) else { return nil }
      offset = (hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
    }
    guard rest.isEmpty else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    self.init(seconds: days * 86400 + hour * 3600 + minute * 60 + second - offset, nanoseconds: Int32(fraction))
  }

  /// Reads RFC 3339 from text; nil for anything else.
  public init?(rfc3339 text: String) {
    self.init(rfc3339: Array(text.utf8))
  }

  private static func append(_ value: Int64, digits: Int, to text: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }

  /// The Gregorian calendar, counted in eras of 400 years that start on 1 March (H. Hinnant, "chrono-compatible
  /// low-level date algorithms").
  private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
