import Errors

/// Makes one action's tokens into a pipeline.
struct TemplateParser {
  private var tokens: ArraySlice<TemplateToken>
  private let line: Int
  private let column: (Int) -> Int
  /// Parentheses that are open; each takes some of the stack.
  private var depth = 0
  private static let deepest = 100

  init(tokens: [TemplateToken], line: Int, column: @escaping (Int) -> Int) {
    self.tokens = tokens[...]
    self.line = line
    self.column = column
  }

  /// The whole action.
  ///
  /// - Throws: `.invalidArgument` in text/template's words.
  mutating func pipeline() throws(GantryError) -> TemplatePipeline {
    let pipeline = try commands()
    if let extra = tokens.first { throw unexpected(extra, "command") }
    return pipeline
  }

  private mutating func commands() throws(GantryError) -> TemplatePipeline {
    var commands = [try command()]
    while tokens.first?.kind == .pipe {
      tokens.removeFirst()
      commands.append(try command())
    }
    return TemplatePipeline(commands: commands)
  }

  private mutating func command() throws(GantryError) -> TemplateCommand {
    guard let first = tokens.first, first.kind != .pipe, first.kind != .close else {
      throw GantryError(.invalidArgument, "template: :\(line): missing value for command")
    }
    if case .word(let name) = first.kind, TemplateOperand(constant: name) == nil {
      tokens.removeFirst()
      guard let function = TemplateFunction(rawValue: name) else {
        throw GantryError(.invalidArgument, "template: :\(line): \(Self.unknown(name))")
      }
      return TemplateCommand(head: .function(function, place: place(first)), arguments: try operands())
    }
    let operand = try operand()
    return TemplateCommand(head: .operand(operand), arguments: try operands())
  }

  private mutating func operands() throws(GantryError) -> [TemplateOperand] {
    var operands: [TemplateOperand] = []
    while let next = tokens.first, next.kind != .pipe, next.kind != .close { operands.append(try operand()) }
    return operands
  }

  private mutating func operand() throws(GantryError) -> TemplateOperand {
    let token = tokens.removeFirst()
    switch token.kind {
    case .dot: return .dot
    case .field(let name): return path([name], token)
    case .string(let text): return .constant(.string(text))
    case .integer(let value): return .constant(.integer(value))
    case .word(let name):
      if let constant = TemplateOperand(constant: name) { return constant }
      guard let function = TemplateFunction(rawValue: name) else {
        throw GantryError(.invalidArgument, "template: :\(line): \(Self.unknown(name))")
      }
      let command = TemplateCommand(head: .function(function, place: place(token)), arguments: [])
      return .group(TemplatePipeline(commands: [command]))
    case .open:
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.deepest else {
        throw GantryError(.invalidArgument, "template: :\(line): more than \(Self.deepest) parentheses in each other")
      }
      let inner = try commands()
      guard tokens.popFirst()?.kind == .close else {
        throw GantryError(.invalidArgument, "template: :\(line): unclosed left paren")
      }
      return .group(inner)
    case .pipe, .close: throw unexpected(token, "operand")
    }
  }

  /// Goes on with the fields that follow without a space.
  private mutating func path(_ start: [String], _ first: TemplateToken) -> TemplateOperand {
    var names = start
    var text = first.text
    // Go gives a chain of fields the place of its second link.
    var offset = first.offset
    while let next = tokens.first, case .field(let name) = next.kind, !next.followsSpace {
      if names.count == 1 { offset = next.offset }
      names.append(name)
      text += next.text
      tokens.removeFirst()
    }
    return .path(names, place: ":\(line):\(column(offset)): executing \"\" at <\(text)>")
  }

  private func place(_ token: TemplateToken) -> String {
    ":\(line):\(column(token.offset)): executing \"\" at <\(token.text)>"
  }

  private func unexpected(_ token: TemplateToken, _ context: String) -> GantryError {
    GantryError(.invalidArgument, "template: :\(line): unexpected \(GoSyntax.quoted(token.text)) in \(context)")
  }

  private static func unknown(_ name: String) -> String {
    guard ["if", "else", "end", "range", "with", "template", "define", "block", "printf"].contains(name) else {
      return "function \(GoSyntax.quoted(name)) not defined"
    }
    let known = TemplateFunction.allCases.map(\.rawValue).joined(separator: ", ")
    return "this version has no \(GoSyntax.quoted(name)): it takes field paths, pipes and the functions \(known)"
  }
}
