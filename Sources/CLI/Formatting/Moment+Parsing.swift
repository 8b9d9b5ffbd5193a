import Errors

extension Moment {
  /// What `--since` and `--until` take: RFC 3339 in whole or in part, seconds since 1970, or a span before `now`
  /// such as "42m" or "1h30m".
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package init(option text: String, now: Moment = .now) throws(GantryError) {
    if let span = Self.nanoseconds(ofSpan: text) {
      self = now.advanced(nanoseconds: -span)
    } else if let moment = Self.unix(text) ?? Self.calendar(text) {
      self = moment
    } else {
      throw GantryError(.invalidArgument, "failed to parse value as time or duration: \(GoSyntax.quoted(text))")
    }
  }

  /// A moment as the engine writes it: RFC 3339 with any fraction; nil for anything else.
  package init?(rfc3339 text: String) {
    guard text.contains("T"), let moment = Self.calendar(text) else { return nil }
    self = moment
  }

  package static func nanoseconds(ofSpan text: String) -> Int64? {
    let units: [(String, Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]
    var rest = text[...]
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest.dropFirst(number.count).prefix { !$0.isNumber && $0 != "." }
      guard let value = Double(number), let scale = units.first(where: { $0.0 == unit })?.1 else { return nil }
      total += value * scale
      rest = rest.dropFirst(number.count + unit.count)
    }
    return Int64(exactly: (isNegative ? -total : total).rounded())
  }

  private static func unix(_ text: String) -> Moment? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let seconds = Int64(parts[0]) else { return nil }
    guard parts.count == 2 else { return Moment(seconds: seconds) }
    return fraction(parts[1]).map { Moment(seconds: seconds, nanoseconds: $0) }
  }

  private static func fraction(_ digits: Substring) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int64(digits.prefix(9) + String(repeating: "0", count: max(0, 9 - digits.count)))
  }

  private static func calendar(_ text: String) -> Moment? {
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard date.count == 3, let year = date[0], let month = date[1], let day = date[2], (1...9999).contains(year),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let midnight = Int64(CivilCalendar.days(year: year, month: month, day: day)) * 86400
    guard halves.count == 2 else { return Moment(seconds: midnight) }
    return clock(halves[1]).map { Moment(seconds: midnight + $0.seconds, nanoseconds: $0.nanoseconds) }
  }

  private static func clock(_ text: Substring) -> (seconds: Int64, nanoseconds: Int64)? {
    var time = text
    var offset: Int64 = 0
    if time.last == "Z" {
      time.removeLast()
    } else if let sign = time.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = time[time.index(after: sign)...].split(separator: ":").map { Int64($0) }
      guard zone.count == 2, let hours = zone[0], let minutes = zone[1], (0...23).contains(hours),
        (0...59).contains(minutes)
      else { return nil }
      offset = (hours * 3600 + minutes * 60) * (time[sign] == "-" ? -1 : 1)
      time = time[..<sign]
    }
    var nanoseconds: Int64 = 0
    if let point = time.firstIndex(of: ".") {
      guard let value = fraction(time[time.index(after: point)...]) else { return nil }
      nanoseconds = value
      time = time[..<point]
    }
    let parts = time.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) ?? -1 }
    guard (1...3).contains(parts.count), parts.allSatisfy({ (0...60).contains($0) }), parts[0] < 24 else { return nil }
    let seconds = zip(parts, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
    return (seconds - offset, nanoseconds)
  }
}
