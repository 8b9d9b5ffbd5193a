import Errors

/// Values as Go's strconv reads them, because people type what Docker takes, and read its sentences.
package enum GoSyntax {
  /// "1", "t", "true", ... and their opposites.
  ///
  /// - Throws: `.invalidArgument` in strconv's words.
  package static func bool(_ text: String) throws(GantryError) -> Bool {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": return true
    case "0", "f", "F", "false", "FALSE", "False": return false
    default:
      throw GantryError(.invalidArgument, "strconv.ParseBool: parsing \(quoted(text)): invalid syntax")
    }
  }

  /// Decimal, `0x`, `0o`, `0b`.
  ///
  /// - Throws: `.invalidArgument` or `.outOfRange` in strconv's words.
  package static func integer(_ text: String) throws(GantryError) -> Int64 {
    var digits = Substring(text)
    let sign = digits.first.flatMap { $0 == "-" || $0 == "+" ? digits.removeFirst() : nil }
    var radix = 10
    if digits.hasPrefix("0"), digits.count > 1 {
      let prefix = digits.prefix(2).lowercased()
      radix = ["0x": 16, "0b": 2, "0o": 8][prefix] ?? 8
      digits = digits.dropFirst(["0x", "0b", "0o"].contains(prefix) ? 2 : 1)
    }
    let isNumber = !digits.isEmpty && digits.allSatisfy { $0.hexDigitValue.map { $0 < radix } ?? false }
    guard isNumber else {
      throw GantryError(.invalidArgument, "strconv.ParseInt: parsing \(quoted(text)): invalid syntax")
    }
    guard let value = Int64((sign == "-" ? "-" : "") + digits, radix: radix) else {
      throw GantryError(.outOfRange, "strconv.ParseInt: parsing \(quoted(text)): value out of range")
    }
    return value
  }

  /// `text` as `%q` prints it.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + (digits.count < 2 ? "0" : "") + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
