/// Cuts a template into tokens.
///
/// It works on bytes, since Go counts columns in bytes. It stops at the first thing that is no token and hands over an
/// `.error` token with Go's words; the parser reports it when it comes that far, so that an earlier mistake is reported
/// first.
///
/// - SeeAlso: <https://pkg.go.dev/text/template#hdr-Text_and_spaces>, Go's text/template/parse/lex.go.
struct Lexer {
  static let leftDelimiter = Array("{{".utf8)
  static let rightDelimiter = Array("}}".utf8)

  private(set) var tokens: [Token] = []
  let input: [UInt8]
  var position = 0
  private var start = 0
  private var parentheses = 0
  private var isDone = false

  /// The tokens of a template; the last one is `.end` or `.error`.
  static func tokens(of source: String) -> [Token] {
    var lexer = Lexer(input: Array(source.utf8))
    while !lexer.isDone { lexer.text() }
    return lexer.numberedTokens
  }

  private init(input: [UInt8]) { self.input = input }

  /// Lines are counted once, at the end.
  private var numberedTokens: [Token] {
    var line = 1
    var place = 0
    return tokens.map { token in
      while place < token.offset {
        if input[place] == UInt8(ascii: "\n") { line += 1 }
        place += 1
      }
      return Token(kind: token.kind, text: token.text, offset: token.offset, line: line)
    }
  }

  private mutating func emit(_ kind: Token.Kind) {
    let text = String(decoding: input[start..<position], as: UTF8.self)
    tokens.append(Token(kind: kind, text: text, offset: start, line: 0))
    start = position
  }

  private mutating func fail(_ message: String) {
    tokens.append(Token(kind: .error, text: message, offset: start, line: 0))
    isDone = true
  }

  // MARK: Text and comments

  private mutating func text() {
    guard let delimiter = find(Self.leftDelimiter, from: position) else {
      position = input.count
      if position > start { emit(.text) }
      emit(.end)
      isDone = true
      return
    }
    position = delimiter
    if trimsLeft(delimiter + 2) {
      while position > start, isSpace(input[position - 1]) { position -= 1 }
    }
    if position > start { emit(.text) }
    start = delimiter
    position = delimiter + 2
    let marker = trimsLeft(position) ? 2 : 0
    if starts(with: Array("/*".utf8), at: position + marker) {
      start = position + marker
      position = start + 2
      comment()
      return
    }
    emit(.leftDelimiter)
    position += marker
    start = position
    parentheses = 0
    action()
  }

  private mutating func comment() {
    guard let end = find(Array("*/".utf8), from: position) else { return fail("unclosed comment") }
    position = end + 2
    guard let delimiter = rightDelimiter else { return fail("comment ends before closing delimiter") }
    position = delimiter.end
    if delimiter.trims { skipSpace() }
    start = position
  }

  private mutating func skipSpace() { while let byte = current, isSpace(byte) { position += 1 } }

  /// "{{- ": the minus must be followed by space.
  private func trimsLeft(_ place: Int) -> Bool {
    place + 1 < input.count && input[place] == UInt8(ascii: "-") && isSpace(input[place + 1])
  }

  /// The closing delimiter that stands here, with or without " -" before it.
  private var rightDelimiter: (start: Int, end: Int, trims: Bool)? {
    if let byte = current, isSpace(byte), starts(with: Array("-}}".utf8), at: position + 1) {
      return (position + 2, position + 4, true)
    }
    return starts(with: Self.rightDelimiter, at: position) ? (position, position + 2, false) : nil
  }

  // MARK: Actions

  private mutating func action() {
    while !isDone {
      if let delimiter = rightDelimiter {
        guard parentheses == 0 else { return fail("unclosed left paren") }
        start = delimiter.start
        position = delimiter.end
        emit(.rightDelimiter)
        if delimiter.trims { skipSpace() }
        start = position
        return
      }
      guard let byte = current else { return fail("unclosed action") }
      if isSpace(byte) { space() } else { token(byte) }
    }
  }

  private mutating func space() {
    while let byte = current, isSpace(byte), rightDelimiter == nil { position += 1 }
    if position > start { emit(.space) }
  }

  private mutating func token(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "="): single(.assign)
    case UInt8(ascii: "|"): single(.pipe)
    case UInt8(ascii: ":"):
      position += 1
      guard current == UInt8(ascii: "=") else { return fail("expected :=") }
      single(.declare)
    case UInt8(ascii: "\""): quoted(byte, .string, "unterminated quoted string")
    case UInt8(ascii: "'"): quoted(byte, .characterConstant, "unterminated character constant")
    case UInt8(ascii: "`"):
      guard let end = input[(position + 1)...].firstIndex(of: byte) else {
        return fail("unterminated raw quoted string")
      }
      position = end + 1
      emit(.rawString)
    case UInt8(ascii: "$"): word(.variable)
    case UInt8(ascii: "("):
      parentheses += 1
      single(.leftParenthesis)
    case UInt8(ascii: ")"):
      parentheses -= 1
      guard parentheses >= 0 else { return fail("unexpected right paren") }
      single(.rightParenthesis)
    case UInt8(ascii: ".") where position + 1 < input.count && !isDigit(input[position + 1]): word(.field)
    case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    default:
      if let scalar = scalar(), isAlphanumeric(scalar.value) {
        word(.identifier)
      } else if byte > 0x20, byte < 0x7F {
        single(.character)
      } else {
        fail("unrecognized character in action: \(Self.named(scalar()?.value))")
      }
    }
  }

  private mutating func single(_ kind: Token.Kind) {
    position += 1
    emit(kind)
  }

  private mutating func quoted(_ quote: UInt8, _ kind: Token.Kind, _ complaint: String) {
    position += 1
    while let byte = current, byte != UInt8(ascii: "\n") {
      position += 1
      if byte == quote { return emit(kind) }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = current, escaped != UInt8(ascii: "\n") else { break }
        position += 1
      }
    }
    fail(complaint)
  }

  /// A field or variable with its first character, or an identifier.
  private mutating func word(_ kind: Token.Kind) {
    if kind != .identifier { position += 1 }
    while let scalar = scalar(), isAlphanumeric(scalar.value) { position += scalar.width }
    guard isAtTerminator else { return fail("bad character \(Self.named(scalar()?.value))") }
    let text = String(decoding: input[start..<position], as: UTF8.self)
    if kind != .variable, let keyword = Token.Keyword(rawValue: text) {
      emit(.keyword(keyword))
    } else if kind == .identifier, text == "true" || text == "false" {
      emit(.bool)
    } else {
      emit(kind)
    }
  }

  /// What may follow a word without a space.
  private var isAtTerminator: Bool {
    guard let byte = current else { return true }
    return isSpace(byte) || ".,|:)(".utf8.contains(byte) || starts(with: Self.rightDelimiter, at: position)
  }

  /// Takes a bit more than what is a number; the parser sees to the rest.
  private mutating func number() {
    var isNumber = scanNumber()
    // A complex number, which Docker's users have no use for, has a second part.
    if isNumber, current == UInt8(ascii: "+") || current == UInt8(ascii: "-") {
      isNumber = scanNumber() && input[position - 1] == UInt8(ascii: "i")
    }
    if isNumber { return emit(.number) }
    fail("bad number syntax: \(GoText.quoted(String(decoding: input[start..<position], as: UTF8.self)))")
  }

  /// - Returns: whether no letter follows.
  private mutating func scanNumber() -> Bool {
    accept("+-")
    var digits = "0123456789_"
    if accept("0") {
      if accept("xX") {
        digits = "0123456789abcdefABCDEF_"
      } else if accept("oO") {
        digits = "01234567_"
      } else if accept("bB") {
        digits = "01_"
      }
    }
    acceptRun(digits)
    if accept(".") { acceptRun(digits) }
    if digits.utf8.count == 11 && accept("eE") || digits.utf8.count == 23 && accept("pP") {
      accept("+-")
      acceptRun("0123456789_")
    }
    accept("i")
    guard let scalar = scalar(), isAlphanumeric(scalar.value) else { return true }
    position += scalar.width
    return false
  }

  @discardableResult
  private mutating func accept(_ set: String) -> Bool {
    guard let byte = current, set.utf8.contains(byte) else { return false }
    position += 1
    return true
  }

  private mutating func acceptRun(_ set: String) { while accept(set) {} }
}
