import Errors

extension Parser {
  /// Declarations, then commands with `|` between them, up to and with the token `end`.
  ///
  /// - Throws: `.invalidArgument` in text/template's words, which name the `context`.
  mutating func pipeline(_ context: String, until end: Token.Kind) throws(GantryError) -> Pipeline {
    var pipeline = Pipeline(offset: peekNonSpace.offset)
    try declarations(&pipeline, context)
    while true {
      let token = peekNonSpace
      switch token.kind {
      case end:
        _ = next()
        try check(pipeline, context)
        return pipeline
      case .bool, .characterConstant, .keyword(.cursor), .field, .identifier, .number, .keyword(.nil), .rawString,
        .string, .variable, .leftParenthesis:
        pipeline.commands.append(try command())
      default: throw unexpected(next(), context)
      }
    }
  }

  private mutating func declarations(_ pipeline: inout Pipeline, _ context: String) throws(GantryError) {
    while peekNonSpace.kind == .variable {
      let mark = place
      let variable = next()
      let following = peekNonSpace
      let isComma = following.kind == .character && following.text == ","
      guard following.kind == .assign || following.kind == .declare || isComma else { return goBack(to: mark) }
      _ = next()
      pipeline.variables.append(.init(name: variable.text, offset: variable.offset))
      variables.append(variable.text)
      guard isComma else {
        pipeline.isAssignment = following.kind == .assign
        return
      }
      guard context == "range", pipeline.variables.count < 2 else {
        throw failure("too many declarations in \(context)")
      }
      switch peekNonSpace.kind {
      case .variable, .rightDelimiter, .rightParenthesis: continue
      default: throw failure("range can only initialize variables")
      }
    }
  }

  private func check(_ pipeline: Pipeline, _ context: String) throws(GantryError) {
    if pipeline.commands.isEmpty { throw failure("missing value for \(context)") }
    for (stage, command) in pipeline.commands.enumerated().dropFirst() where command.operands[0].isConstant {
      throw failure("non executable command in pipeline stage \(stage + 1)")
    }
  }

  /// Operands with spaces between them, and the pipe behind them.
  private mutating func command() throws(GantryError) -> Command {
    let offset = peekNonSpace.offset
    var operands: [Operand] = []
    while true {
      _ = peekNonSpace
      if let operand = try operand() { operands.append(operand) }
      let token = peek
      switch token.kind {
      case .space: continue
      case .rightDelimiter, .rightParenthesis: break
      case .pipe: _ = next()
      default: throw unexpected(next(), "operand")
      }
      if operands.isEmpty { throw failure("empty command") }
      return Command(operands: operands, offset: offset)
    }
  }

  /// A term and the fields that follow it without a space; nil where no term starts here.
  private mutating func operand() throws(GantryError) -> Operand? {
    guard let term = try term() else { return nil }
    guard peek.kind == .field else { return term }
    let offset = peek.offset
    var names: [String] = []
    while peek.kind == .field { names.append(String(next().text.dropFirst())) }
    switch term {
    case .field(let first, _): return .field(first + names, offset: offset)
    case .variable(let first, _): return .variable(first + names, offset: offset)
    case .bool, .string, .number, .nil, .dot:
      throw failure("unexpected . after term \(GoText.quoted(term.source))")
    case .function, .chain, .pipeline: return .chain(term, names, offset: offset)
    }
  }

  private mutating func term() throws(GantryError) -> Operand? {
    let token = peekNonSpace
    let mark = place
    _ = next()
    switch token.kind {
    case .identifier:
      guard hasFunction(token.text) else { throw failure("function \(GoText.quoted(token.text)) not defined") }
      return .function(token.text, offset: token.offset)
    case .keyword(.cursor): return .dot(offset: token.offset)
    case .keyword(.nil): return .nil(offset: token.offset)
    case .variable:
      guard variables.contains(token.text) else { throw failure("undefined variable \(GoText.quoted(token.text))") }
      return .variable([token.text], offset: token.offset)
    case .field: return .field([String(token.text.dropFirst())], offset: token.offset)
    case .bool: return .bool(token.text == "true", offset: token.offset)
    case .number:
      let (number, complaint) = NumberConstant.parse(token.text)
      guard let number else { throw failure(complaint) }
      return .number(number, offset: token.offset)
    case .characterConstant:
      guard let text = GoText.unquoted(token.text), !text.isEmpty else { throw failure("invalid syntax") }
      guard let number = NumberConstant(character: text, written: token.text) else {
        throw failure("malformed character constant: \(token.text)")
      }
      return .number(number, offset: token.offset)
    case .string, .rawString:
      guard let text = GoText.unquoted(token.text) else { throw failure("invalid syntax") }
      return .string(text, quoted: token.text, offset: token.offset)
    case .leftParenthesis:
      return .pipeline(
        try deeper { parser throws(GantryError) in
          try parser.pipeline("parenthesized pipeline", until: .rightParenthesis)
        })
    default:
      goBack(to: mark)
      return nil
    }
  }
}
