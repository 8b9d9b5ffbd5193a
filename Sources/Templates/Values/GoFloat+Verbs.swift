extension GoFloat {
  /// As `encoding/json` writes it: an exponent below a millionth and from 1e21 on, of no more digits than it needs.
  static func json(_ value: Double) -> String {
    let size = value.magnitude
    guard value.isFinite, value != 0 else { return "0" }
    let (digits, exponent) = decimal(value)
    let sign = value < 0 ? "-" : ""
    if size < 1e-6 || size >= 1e21 {
      let rest = digits.dropFirst()
      return sign + digits.prefix(1) + (rest.isEmpty ? "" : ".\(rest)") + (exponent < 0 ? "e-" : "e+")
        + String(abs(exponent))
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let whole = digits.prefix(exponent + 1)
    let rest = digits.dropFirst(exponent + 1)
    return sign + whole + String(repeating: "0", count: exponent + 1 - whole.utf8.count)
      + (rest.isEmpty ? "" : ".\(rest)")
  }

  /// The significand in hexadecimal and a power of two: "0x1.8p+01".
  static func hexadecimal(_ value: Double, precision: Int?) -> String {
    guard value.isFinite else { return special(value) }
    var text = precision.map { c("%.*a", value, $0) } ?? c("%.*a", value, 13)
    guard let mark = text.firstIndex(of: "p") else { return text }
    var significand = text[..<mark]
    if precision == nil, significand.contains(".") {
      while significand.last == "0" { significand.removeLast() }
      if significand.last == "." { significand.removeLast() }
    }
    let sign = text[text.index(after: mark)]
    let power = text[text.index(mark, offsetBy: 2)...]
    text = "\(significand)p\(sign)" + (power.utf8.count < 2 ? "0" : "") + power
    return text
  }

  /// The significand as a whole number and a power of two: "6755399441055744p-52".
  static func binary(_ value: Double) -> String {
    guard value.isFinite else { return special(value) }
    let hidden: UInt64 = value.exponentBitPattern == 0 ? 0 : 1 << 52
    let exponent = max(Int(value.exponentBitPattern), 1) - 1075
    return (value.sign == .minus ? "-" : "") + "\(value.significandBitPattern | hidden)p"
      + (exponent < 0 ? "" : "+") + "\(exponent)"
  }

  /// What `#` adds: a point, and for the general verbs the zeros that fill up the precision.
  static func withPoint(_ text: String, verb: Unicode.Scalar, precision: Int?) -> String {
    let first = text.utf8.first { $0 != UInt8(ascii: "-") } ?? 0
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return text }
    let isHexadecimal = verb == "x" || verb == "X"
    let mark = text.firstIndex { isHexadecimal ? $0 == "p" : $0 == "e" } ?? text.endIndex
    var significand = text[..<mark]
    let hadPoint = significand.contains(".")
    if !hadPoint { significand += "." }
    switch verb {
    case "v", "g", "G", "x", "X":
      var wanted = precision ?? 6
      if wanted == 0, !isHexadecimal { wanted = 1 }
      var digits = significand.drop { $0 == "-" }
      // Go counts the "x" and what is before the point in.
      if isHexadecimal { digits = digits.dropFirst() } else { digits = digits.drop { $0 == "0" || $0 == "." } }
      let known = digits.count { $0 != "." }
      significand += String(repeating: "0", count: max(0, wanted - known))
    default: break
    }
    return String(significand) + text[mark...]
  }
}
