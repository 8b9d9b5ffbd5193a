/// Literals as Go's strconv reads and writes them.
public enum GoText {
  /// `text` as `%q` and `strconv.Quote` write it.
  ///
  /// - Parameter ascii: whether everything beyond ASCII is escaped, as `%+q` does.
  public static func quoted(_ text: String, ascii: Bool = false) -> String {
    text.unicodeScalars.reduce(into: "\"") { $0 += escaped($1, quote: "\"", ascii: ascii) } + "\""
  }

  static func escaped(_ scalar: Unicode.Scalar, quote: Unicode.Scalar, ascii: Bool) -> String {
    switch scalar {
    case quote, "\\": return "\\\(scalar)"
    case "\u{07}": return "\\a"
    case "\u{08}": return "\\b"
    case "\u{0C}": return "\\f"
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    case "\u{0B}": return "\\v"
    case _ where isPrintable(scalar) && (!ascii || scalar.isASCII): return String(scalar)
    default:
      let (letter, width) = scalar.value < 0x80 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
      let digits = String(scalar.value, radix: 16)
      return "\\" + letter + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
  }

  /// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and the ASCII space.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator, .paragraphSeparator:
      return false
    default: return true
    }
  }

  /// The text of a literal in double quotes, single quotes or backquotes; nil where its syntax is wrong.
  static func unquoted(_ literal: String) -> String? {
    let bytes = Array(literal.utf8)
    guard bytes.count >= 2, let quote = bytes.first, bytes.last == quote else { return nil }
    let inner = bytes[1..<bytes.count - 1]
    if quote == UInt8(ascii: "`") {
      return String(decoding: inner.filter { $0 != 0x0D }, as: UTF8.self)
    }
    var result: [UInt8] = []
    var rest = inner
    while let byte = rest.popFirst() {
      if byte != UInt8(ascii: "\\") {
        result.append(byte)
      } else if let escape = escape(&rest, quote: quote) {
        result += escape
      } else {
        return nil
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static let simpleEscapes: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
    UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): UInt8(ascii: "\\"),
  ]

  private static func escape(_ rest: inout ArraySlice<UInt8>, quote: UInt8) -> [UInt8]? {
    guard let letter = rest.popFirst() else { return nil }
    if letter == quote { return [quote] }
    if let byte = simpleEscapes[letter] { return [byte] }
    let (count, radix): (Int, Int)
    switch letter {
    case UInt8(ascii: "x"): (count, radix) = (2, 16)
    case UInt8(ascii: "u"): (count, radix) = (4, 16)
    case UInt8(ascii: "U"): (count, radix) = (8, 16)
    case UInt8(ascii: "0")...UInt8(ascii: "7"): (count, radix) = (2, 8)
    default: return nil
    }
    var digits = rest.prefix(count)
    guard digits.count == count else { return nil }
    rest = rest.dropFirst(count)
    if radix == 8 { digits = [letter] + digits }
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: radix)
    else { return nil }
    if count == 2 { return UInt8(exactly: value).map { [$0] } }
    return Unicode.Scalar(value).map { Array(String($0).utf8) }
  }

  /// An integer as `strconv.ParseInt(text, 0, 64)` takes it; nil for anything else.
  static func integer(_ text: String) -> Int64? { integer(text, as: Int64.self) }

  /// The same by `strconv.ParseUint`, which takes no sign.
  static func unsigned(_ text: String) -> UInt64? {
    text.hasPrefix("+") || text.hasPrefix("-") ? nil : integer(text, as: UInt64.self)
  }

  private static func integer<Integer: FixedWidthInteger>(_ text: String, as _: Integer.Type) -> Integer? {
    var digits = Substring(text)
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
    let hasUnderscores = digits.utf8.contains(UInt8(ascii: "_"))
    var radix = 10
    if digits.hasPrefix("0"), digits.utf8.count > 1 {
      let known = ["0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2][digits.prefix(2)]
      radix = known ?? 8
      digits = digits.dropFirst(known == nil ? 1 : 2)
    }
    if hasUnderscores {
      guard !digits.hasSuffix("_"), !digits.contains("__"), radix != 10 || !digits.hasPrefix("_") else { return nil }
      digits = Substring(String(digits.filter { $0 != "_" }))
    }
    guard let first = digits.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return nil }
    return Integer((isNegative ? "-" : "") + digits, radix: radix)
  }

  /// Underscores that part digits are left out; others stay, and make it no number.
  private static func withoutUnderscores(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
    let bytes = Array(text.utf8)
    let kept = bytes.indices.filter { place in
      guard bytes[place] == UInt8(ascii: "_"), place > 0, place + 1 < bytes.count else { return true }
      return ![bytes[place - 1], bytes[place + 1]].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    return String(decoding: kept.map { bytes[$0] }, as: UTF8.self)
  }

  /// A float as `strconv.ParseFloat` takes it; nil for anything else.
  static func float(_ text: String) -> Double? {
    let text = withoutUnderscores(text)
    guard text.utf8.allSatisfy({ "0123456789abcdefABCDEFxXpP+-.".utf8.contains($0) }) else { return nil }
    var digits = text
    let unsigned = text.utf8.first.map { "+-".utf8.contains($0) } == true ? text.dropFirst() : text[...]
    if unsigned.hasPrefix("0x") || unsigned.hasPrefix("0X") {
      guard text.utf8.contains(where: { "pP".utf8.contains($0) }) else { return nil }
    }
    // Swift wants a digit on both sides of the point.
    if unsigned.hasPrefix(".") { digits = text.replacingFirst(".", with: "0.") }
    if let point = digits.utf8.firstIndex(of: UInt8(ascii: ".")) {
      let next = digits.utf8.index(after: point)
      if next == digits.utf8.endIndex || !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digits.utf8[next]) {
        digits.insert("0", at: next)
      }
    }
    return Double(digits)
  }
}

extension String {
  fileprivate func replacingFirst(_ character: Character, with text: String) -> String {
    guard let place = firstIndex(of: character) else { return self }
    return String(self[..<place]) + text + self[index(after: place)...]
  }
}
