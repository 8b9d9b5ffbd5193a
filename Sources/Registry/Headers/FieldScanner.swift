/// Reads the tokens, quoted strings and separators that header fields are made of (RFC 9110, section 5.6).
struct FieldScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }
  var next: UInt8? { rest.first }

  mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

  /// Takes `byte` if it comes next.
  mutating func take(_ byte: Character) -> Bool {
    guard let ascii = byte.asciiValue, rest.first == ascii else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// Passes over one byte.
  mutating func skip() { rest = rest.dropFirst() }

  /// The longest run of token characters; nil where there is none.
  mutating func token() -> String? { run(Self.isTokenByte) }

  /// The longest run of bytes that `belongs` takes; nil where there is none.
  mutating func run(_ belongs: (UInt8) -> Bool) -> String? {
    let end = rest.firstIndex { !belongs($0) } ?? rest.endIndex
    guard end != rest.startIndex else { return nil }
    defer { rest = rest[end...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  /// A string in quotation marks, its backslashes taken away; nil where none starts here or it does not end.
  mutating func quoted() -> String? {
    guard rest.first == UInt8(ascii: "\"") else { return nil }
    var bytes: [UInt8] = []
    var ahead = rest.dropFirst()
    while let byte = ahead.first {
      ahead = ahead.dropFirst()
      switch byte {
      case UInt8(ascii: "\""):
        rest = ahead
        return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = ahead.first else { return nil }
        ahead = ahead.dropFirst()
        bytes.append(escaped)
      default: bytes.append(byte)
      }
    }
    return nil
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
