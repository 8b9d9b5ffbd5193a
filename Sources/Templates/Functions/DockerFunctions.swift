import Errors
import JSON

/// The functions that Docker adds, from docker/cli's `templates` package.
///
/// - SeeAlso: <https://docs.docker.com/engine/cli/formatting/>
enum DockerFunctions {
  /// Longer output of `pad` is refused.
  private static let widestPadding: Int64 = 1_000_000

  static let table: [String: Function] = [
    "json": Function([GoType.any]) { .string($0[0].jsonText) },
    "split": Function([.string, .string]) { .texts(split($0[0].text, $0[1].text)) },
    "join": Function([.list(.string), .string]) { values in
      guard case .list(let elements, _) = values[0] else { return "" }
      return .string(elements.map(\.text).joined(separator: values[1].text))
    },
    "title": Function([GoType.string]) { .string(title($0[0].text)) },
    "lower": Function([GoType.string]) { .string(lower($0[0].text)) },
    "upper": Function([GoType.string]) { .string(upper($0[0].text)) },
    "pad": Function([.string, .integer(.int), .integer(.int)]) { values throws(GantryError) in
      let text = values[0].text
      guard !text.isEmpty else { return "" }
      return .string(try spaces(values[1]) + text + spaces(values[2]))
    },
    "truncate": Function([.string, .integer(.int)]) { values throws(GantryError) in
      guard case .integer(let length, _) = values[1] else { return values[0] }
      let bytes = values[0].text.utf8
      guard bytes.count >= length else { return values[0] }
      guard length >= 0 else {
        throw GantryError(.invalidArgument, "runtime error: slice bounds out of range [:\(length)]")
      }
      return .string(String(decoding: bytes.prefix(Int(length)), as: UTF8.self))
    },
  ]

  /// Columns keep their names, whatever the template does with the rows.
  static let header: [String: Function] = [
    "json": Function([GoType.string]) { $0[0] }, "split": Function([.string, .string]) { $0[0] },
    "join": Function([.string, .string]) { $0[0] }, "title": Function([GoType.string]) { $0[0] },
    "lower": Function([GoType.string]) { $0[0] }, "upper": Function([GoType.string]) { $0[0] },
    "truncate": Function([.string, .integer(.int)]) { $0[0] },
  ]

  private static func spaces(_ value: Value) throws(GantryError) -> String {
    guard case .integer(let count, _) = value else { return "" }
    if count < 0 { throw GantryError(.invalidArgument, "strings: negative Repeat count") }
    guard count <= widestPadding else {
      throw GantryError(.resourceExhausted, "a padding of \(count) is too wide: at most \(widestPadding) are printed")
    }
    return String(repeating: " ", count: Int(count))
  }

  /// Go's `strings.Split`: no separator splits into characters.
  private static func split(_ text: String, _ separator: String) -> [String] {
    if separator.isEmpty { return text.unicodeScalars.map { String($0) } }
    let (bytes, mark) = (Array(text.utf8), Array(separator.utf8))
    var parts: [String] = []
    var start = 0
    var place = 0
    while place + mark.count <= bytes.count {
      if bytes[place..<place + mark.count].elementsEqual(mark) {
        parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
        place += mark.count
        start = place
      } else {
        place += 1
      }
    }
    parts.append(String(decoding: bytes[start...], as: UTF8.self))
    return parts
  }

  private static func upper(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { $0 += single($1.properties.uppercaseMapping, or: $1) }
  }

  private static func lower(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      // The first of several is the letter without the dot above, which is what Go takes.
      result.unicodeScalars.append(scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar)
    }
  }

  /// Go maps one letter to one letter: what would become several stays ("ß").
  private static func single(_ mapping: String, or scalar: Unicode.Scalar) -> String {
    mapping.unicodeScalars.count == 1 ? mapping : String(scalar)
  }

  /// Go's `strings.Title`: the first letter of each word in upper case.
  private static func title(_ text: String) -> String {
    var isInWord = false
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      result += isInWord ? String(scalar) : single(scalar.properties.titlecaseMapping, or: scalar)
      isInWord =
        scalar == "_" || (scalar.isASCII ? Character(scalar).isLetter || Character(scalar).isNumber : isLetter(scalar))
    }
  }

  /// Beyond ASCII all but spaces carry a word on.
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || !scalar.properties.isWhitespace
  }
}
