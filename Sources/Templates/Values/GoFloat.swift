import Glibc

/// Floats as Go's strconv writes them.
enum GoFloat {
  /// As few digits as name the value; from a million on, and below a ten-thousandth, with an exponent.
  static func shortest(_ value: Double) -> String {
    guard value.isFinite else { return special(value) }
    let (digits, exponent) = decimal(value)
    let sign = value.sign == .minus ? "-" : ""
    if exponent < -4 || exponent >= 6 {
      let rest = digits.dropFirst()
      return sign + digits.prefix(1) + (rest.isEmpty ? "" : ".\(rest)") + exponentText(exponent)
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = digits.prefix(exponent + 1)
    let filled = whole + String(repeating: "0", count: exponent + 1 - whole.utf8.count)
    let rest = digits.dropFirst(exponent + 1)
    return sign + filled + (rest.isEmpty ? "" : ".\(rest)")
  }

  static func fixed(_ value: Double, precision: Int) -> String { c("%.*f", value, precision) }
  static func exponential(_ value: Double, precision: Int) -> String { c("%.*e", value, precision) }
  static func general(_ value: Double, precision: Int) -> String { c("%.*g", value, precision) }

  static func special(_ value: Double) -> String {
    value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf"
  }

  private static func exponentText(_ exponent: Int) -> String {
    (exponent < 0 ? "e-" : "e+") + (abs(exponent) < 10 ? "0" : "") + String(abs(exponent))
  }

  /// The digits of a value, no zeros at either end, and the power of ten of the first.
  static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
    let parts = "\(value.magnitude)".split(separator: "e")
    let halves = (parts.first ?? "0").split(separator: ".", omittingEmptySubsequences: false)
    let whole = halves[0]
    let all = whole + (halves.count > 1 ? halves[1] : "")
    let leading = all.prefix { $0 == "0" }.utf8.count
    var digits = all.dropFirst(leading)
    while digits.last == "0" { digits.removeLast() }
    guard !digits.isEmpty else { return ("0", 0) }
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return (String(digits), whole.utf8.count - 1 - leading + power)
  }

  static func c(_ pattern: String, _ value: Double, _ precision: Int) -> String {
    guard value.isFinite else { return special(value) }
    // Longer than the longest double in full, and no more digits than Go's own buffer bounds.
    let places = min(max(precision, 0), 1000)
    var buffer = [CChar](repeating: 0, count: 1500)
    let length = withVaList([Int32(places), value]) { vsnprintf(&buffer, buffer.count, pattern, $0) }
    return String(decoding: buffer[..<max(0, Int(length))].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
