import Errors

extension JSONValue {
  /// How deeply arrays and objects may lie in one another. Documents of the field stay below twenty.
  public static let maximumDepth = 512

  /// Reads one document (RFC 8259), white space around it allowed and nothing else.
  ///
  /// - Throws: `GantryError` with `.invalidArgument`, naming the byte where reading stopped.
  public init(parsing bytes: some Sequence<UInt8>) throws(GantryError) {
    let storage = ContiguousArray(bytes)
    var parser = JSONParser(bytes: storage)
    self = try parser.document()
  }

  /// Reads one document from text.
  ///
  /// - Throws: as `init(parsing:)` of bytes.
  public init(parsing text: String) throws(GantryError) {
    try self.init(parsing: text.utf8)
  }
}

/// A recursive descent over the bytes of one document.
struct JSONParser {
  private let bytes: ContiguousArray<UInt8>
  private var position = 0
  private var depth = 0

  init(bytes: ContiguousArray<UInt8>) { self.bytes = bytes }

  mutating func document() throws(GantryError) -> JSONValue {
    let value = try value()
    skipWhitespace()
    guard position == bytes.count else { throw failure("something follows the document") }
    return value
  }

  private func failure(_ what: String) -> GantryError {
    GantryError(.invalidArgument, "JSON is not valid at byte \(position): \(what)")
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipWhitespace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func value() throws(GantryError) -> JSONValue {
    skipWhitespace()
    switch current {
    case UInt8(ascii: "{"): return try nested { (parser) throws(GantryError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(GantryError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
    case nil: throw failure("it ends too early")
    default: throw failure("no value starts here")
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(GantryError) -> JSONValue
  ) throws(GantryError) -> JSONValue {
    guard depth < JSONValue.maximumDepth else {
      throw failure("it is nested more than \(JSONValue.maximumDepth) levels deep")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(GantryError) -> JSONValue {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count,
      word.withUTF8Buffer({ expected in bytes[position..<end].elementsEqual(expected) })
    else { throw failure("no value starts here") }
    position = end
    return value
  }

  private mutating func array() throws(GantryError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipWhitespace()
    if current == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      elements.append(try value())
      skipWhitespace()
      switch current {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "]"):
        position += 1
        return .array(elements)
      default: throw failure("an array goes on with ',' or ']'")
      }
    }
  }

  private mutating func object() throws(GantryError) -> JSONValue {
    position += 1
    var members: [(key: String, value: JSONValue)] = []
    var places: [String: Int] = [:]
    skipWhitespace()
    if current == UInt8(ascii: "}") {
      position += 1
      return .object(JSONObject())
    }
    while true {
      skipWhitespace()
      guard current == UInt8(ascii: "\"") else { throw failure("a member starts with its name") }
      let key = try string()
      skipWhitespace()
      guard current == UInt8(ascii: ":") else { throw failure("a member's name is followed by ':'") }
      position += 1
      let value = try value()
      if let place = places[key] {
        members[place].value = value
      } else {
        places[key] = members.count
        members.append((key, value))
      }
      skipWhitespace()
      switch current {
      case UInt8(ascii: ","): position += 1
      case UInt8(ascii: "}"):
        position += 1
        return .object(JSONObject(distinct: members))
      default: throw failure("an object goes on with ',' or '}'")
      }
    }
  }

  private mutating func number() throws(GantryError) -> JSONValue {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    let leading = current
    try digits()
    if leading == UInt8(ascii: "0"), position - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
      throw failure("a number does not start with 0")
    }
    var isInteger = true
    if current == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // An Int64 has no minus zero.
    if isInteger, text != "-0", let value = Int64(text) { return .integer(value) }
    return .number(JSONNumber(text: text))
  }

  private mutating func digits() throws(GantryError) {
    let start = position
    while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    guard position > start else { throw failure("a digit is missing") }
  }

  private mutating func string() throws(GantryError) -> String {
    position += 1
    let start = position
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
    if current == UInt8(ascii: "\"") {
      let text = try text(bytes[start..<position])
      position += 1
      return text
    }
    var unescaped = Array(bytes[start..<position])
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(unescaped[...])
      case UInt8(ascii: "\\"): try escape(into: &unescaped)
      case 0..<0x20: throw failure("a string holds no bare control character")
      default: unescaped.append(byte)
      }
    }
    throw failure("a string does not end")
  }

  private func text(_ slice: some Collection<UInt8>) throws(GantryError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw failure("a string is not UTF-8") }
    return text
  }

  private mutating func escape(into unescaped: inout [UInt8]) throws(GantryError) {
    guard let byte = current else { throw failure("a string does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"): unescaped += Array(String(try escapedScalar()).utf8)
    default: throw failure("no such escape")
    }
  }

  /// One `\uXXXX`, or the pair of them that UTF-16 needs; a lone surrogate becomes U+FFFD, as in Go.
  private mutating func escapedScalar() throws(GantryError) -> Character {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return Character(scalar) }
    if first < 0xDC00, current == UInt8(ascii: "\\"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "u")
    {
      let mark = position
      position += 2
      let second = try fourHexDigits()
      if second >= 0xDC00, second <= 0xDFFF {
        let value = 0x10000 + ((UInt32(first) - 0xD800) << 10) + (UInt32(second) - 0xDC00)
        if let scalar = Unicode.Scalar(value) { return Character(scalar) }
      }
      position = mark
    }
    return "\u{FFFD}"
  }

  private mutating func fourHexDigits() throws(GantryError) -> UInt16 {
    guard position + 4 <= bytes.count else { throw failure("a string does not end") }
    var value: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw failure("\\u takes four hexadecimal digits")
      }
      value = value << 4 | UInt16(digit)
    }
    position += 4
    return value
  }
}
