extension Lexer {
  var current: UInt8? { position < input.count ? input[position] : nil }

  func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }

  func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// Go's `unicode.IsLetter`, `unicode.IsDigit`, and the underscore.
  func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "_" { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
      return true
    default: return false
    }
  }

  /// The scalar here and the bytes it takes.
  func scalar() -> (value: Unicode.Scalar, width: Int)? {
    guard let first = current else { return nil }
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let end = min(input.count, position + 4)
    let decoded = String(decoding: input[position..<end], as: UTF8.self).unicodeScalars.first
    return decoded.map { ($0, String($0).utf8.count) }
  }

  func starts(with bytes: [UInt8], at place: Int) -> Bool {
    place + bytes.count <= input.count && input[place..<place + bytes.count].elementsEqual(bytes)
  }

  func find(_ bytes: [UInt8], from place: Int) -> Int? {
    guard place + bytes.count <= input.count else { return nil }
    return (place...(input.count - bytes.count)).first { starts(with: bytes, at: $0) }
  }

  /// As Go's `%#U` shows a character: "U+0040 '@'".
  static func named(_ scalar: Unicode.Scalar?) -> String {
    guard let scalar else { return "U+FFFFFFFFFFFFFFFF" }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return GoText.isPrintable(scalar) ? "\(code) '\(scalar)'" : code
  }
}
