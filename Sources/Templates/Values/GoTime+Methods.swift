import Errors

/// What templates may call of a `time.Time`.
extension GoTime {
  private static let type = GoType.record("time.Time")

  /// - Parameter json: how the document has it; nil for a moment that a method made.
  func value(json: String? = nil) -> Value {
    let json = json ?? GoTimeLayout.text(of: self, layout: "2006-01-02T15:04:05.999999999Z07:00")
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
    let isZero = seconds == -62_135_596_800 && nanoseconds == 0
    methods["IsZero"] = Record.Method { _ in .bool(isZero) }
    methods["String"] = Record.Method { _ in .string(text) }
    methods["Format"] = Record.Method([.string]) { .string(GoTimeLayout.text(of: self, layout: $0.first?.text ?? "")) }
    methods["UTC"] = Record.Method { _ in GoTime(seconds: seconds, nanoseconds: nanoseconds).value() }
    methods["Local"] = Record.Method { _ in local.value() }
    let location = Value.record(Record("time.Location", [], text: location))
    methods["Location"] = Record.Method { _ in .pointer(location, to: .record("time.Location")) }
    methods["Before"] = Record.Method([Self.type]) { .bool(isBefore($0[0])) }
    methods["After"] = Record.Method([Self.type]) { .bool(!isBefore($0[0]) && !isSame($0[0])) }
    methods["Equal"] = Record.Method([Self.type]) { .bool(isSame($0[0])) }
    methods["Compare"] = Record.Method([Self.type]) { .integer(isSame($0[0]) ? 0 : isBefore($0[0]) ? -1 : 1, .int) }
    methods["Sub"] = Record.Method([Self.type]) { .integer(span(since: $0[0]), .duration) }
    methods["Add"] = Record.Method([.integer(.duration)]) { adding($0[0]).value() }
    return .record(Record("time.Time", [], methods: methods, document: .string(json), text: text))
  }

  private static func parts(_ other: Value) -> (seconds: Int64, nanoseconds: Int64) {
    func number(_ method: String) -> Int64 {
      guard case .record(let record)? = other.indirect,
        case .integer(let number, _)? = try? record.methods[method]?.body([])
      else { return 0 }
      return number
    }
    return (number("Unix"), number("Nanosecond"))
  }

  private func isBefore(_ other: Value) -> Bool { (seconds, Int64(nanoseconds)) < Self.parts(other) }

  private func isSame(_ other: Value) -> Bool { (seconds, Int64(nanoseconds)) == Self.parts(other) }

  /// As long as a `time.Duration` can be, where it is longer.
  private func span(since other: Value) -> Int64 {
    let start = Self.parts(other)
    let (product, isTooLong) = (seconds - start.seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isTooMuch) = product.addingReportingOverflow(Int64(nanoseconds) - start.nanoseconds)
    guard isTooLong || isTooMuch else { return sum }
    return seconds < start.seconds ? .min : .max
  }

  private func adding(_ duration: Value) -> GoTime {
    guard case .integer(let span, _) = duration else { return self }
    let total = Int64(nanoseconds) + span % 1_000_000_000
    let carry = total < 0 ? -1 : total / 1_000_000_000
    let moment = GoTime(
      seconds: seconds + span / 1_000_000_000 + carry, nanoseconds: Int(total - carry * 1_000_000_000))
    return location == "Local" ? moment.local : moment
  }
}
