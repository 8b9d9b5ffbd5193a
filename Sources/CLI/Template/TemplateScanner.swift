import Errors

/// Takes a template apart.
struct TemplateScanner {
  private let source: [UInt8]

  init(_ source: String) { self.source = Array(source.utf8) }

  /// Literal text and parsed actions, in order.
  ///
  /// - Throws: `.invalidArgument` in text/template's words.
  func pieces() throws(GantryError) -> [TemplatePiece] {
    var pieces: [TemplatePiece] = []
    var position = 0
    var trimsNext = false
    while position < source.count {
      let open = find("{{", from: position) ?? source.count
      var literal = source[position..<open]
      if trimsNext { literal = literal.drop(while: Self.isSpace) }
      guard open < source.count else {
        if !literal.isEmpty { pieces.append(.text(String(decoding: literal, as: UTF8.self))) }
        break
      }
      var start = open + 2
      if start + 1 < source.count, source[start] == UInt8(ascii: "-"), Self.isSpace(source[start + 1]) {
        start += 1
        while let last = literal.last, Self.isSpace(last) { literal.removeLast() }
      }
      if !literal.isEmpty { pieces.append(.text(String(decoding: literal, as: UTF8.self))) }
      if source[start...].starts(with: "/*".utf8) {
        guard let end = find("*/", from: start + 2) else { throw failure(at: open, "unclosed comment") }
        guard let close = find("}}", from: end) else {
          throw failure(at: open, "comment ends before closing delimiter")
        }
        trimsNext = source[end..<close].contains(UInt8(ascii: "-"))
        position = close + 2
        continue
      }
      let (tokens, end) = try tokens(from: start)
      trimsNext = end > start && source[end - 1] == UInt8(ascii: "-")
      var parser = TemplateParser(tokens: tokens, line: line(of: open), column: column)
      pieces.append(.action(try parser.pipeline()))
      position = end + 2
    }
    return pieces
  }

  private func tokens(from start: Int) throws(GantryError) -> ([TemplateToken], end: Int) {
    var tokens: [TemplateToken] = []
    var position = start
    var afterSpace = true
    while true {
      guard position < source.count else { throw failure(at: start, "unclosed action") }
      let byte = source[position]
      if source[position...].starts(with: "}}".utf8)
        || (byte == UInt8(ascii: "-") && source[position...].starts(with: "-}}".utf8))
      {
        return (tokens, byte == UInt8(ascii: "-") ? position + 1 : position)
      }
      if Self.isSpace(byte) {
        afterSpace = true
        position += 1
        continue
      }
      let begin = position
      let kind = try token(&position)
      let text = String(decoding: source[begin..<position], as: UTF8.self)
      tokens.append(TemplateToken(kind: kind, offset: begin, text: text, followsSpace: afterSpace))
      afterSpace = false
    }
  }

  private func token(_ position: inout Int) throws(GantryError) -> TemplateToken.Kind {
    let start = position
    let byte = source[position]
    position += 1
    func word() -> String {
      while position < source.count, Self.isWord(source[position]) { position += 1 }
      return String(decoding: source[start..<position], as: UTF8.self)
    }
    switch byte {
    case UInt8(ascii: "|"): return .pipe
    case UInt8(ascii: "("): return .open
    case UInt8(ascii: ")"): return .close
    case UInt8(ascii: "."):
      guard position < source.count, Self.isWord(source[position]) else { return .dot }
      return .field(String(word().dropFirst()))
    case UInt8(ascii: "\""): return .string(try string(&position, start))
    case UInt8(ascii: "`"):
      guard let end = source[position...].firstIndex(of: UInt8(ascii: "`")) else {
        throw failure(at: start, "unterminated raw quoted string")
      }
      defer { position = end + 1 }
      return .string(String(decoding: source[position..<end], as: UTF8.self))
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"):
      let text = word()
      guard let value = Int64(text) else { throw failure(at: start, "bad number syntax: \(GoSyntax.quoted(text))") }
      return .integer(value)
    case _ where Self.isWord(byte): return .word(word())
    default:
      let character = String(decoding: [byte], as: UTF8.self)
      throw failure(at: start, "unexpected \(GoSyntax.quoted(character)) in command")
    }
  }

  private func string(_ position: inout Int, _ start: Int) throws(GantryError) -> String {
    var bytes: [UInt8] = []
    while position < source.count {
      let byte = source[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\") where position < source.count:
        let escaped = source[position]
        position += 1
        bytes.append([UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13][escaped] ?? escaped)
      default: bytes.append(byte)
      }
    }
    throw failure(at: start, "unterminated quoted string")
  }

  private func find(_ text: String, from start: Int) -> Int? {
    let wanted = Array(text.utf8)
    guard source.count >= wanted.count, start <= source.count - wanted.count else { return nil }
    return (start...(source.count - wanted.count)).first { source[$0..<($0 + wanted.count)].elementsEqual(wanted) }
  }

  private func failure(at offset: Int, _ reason: String) -> GantryError {
    GantryError(.invalidArgument, "template: :\(line(of: offset)): \(reason)")
  }

  private func line(of offset: Int) -> Int { 1 + source[..<offset].count { $0 == 10 } }

  private func column(_ offset: Int) -> Int {
    (source[..<offset].lastIndex(of: 10)).map { offset - $0 } ?? offset
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
      true
    default: false
    }
  }
}
