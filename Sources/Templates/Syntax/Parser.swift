import Errors

/// Makes tokens into a tree: text, actions and control structures.
///
/// A recursive descent in the shape of Go's, so that the same mistakes are found in the same order and told in the same
/// words. How deep structures lie in each other is bounded, for each level takes some of the stack.
///
/// - SeeAlso: <https://pkg.go.dev/text/template>, Go's text/template/parse/parse.go.
struct Parser {
  /// Blocks, or parentheses, in each other. No template that a person writes comes near.
  static let maximumDepth = 100

  private let name: String
  private let tokens: [Token]
  private var position = 0
  /// The last token looked at: parse errors name its line.
  private var furthest = 0
  private let functions: FunctionTable
  /// What `define` and `block` have made.
  private var definitions: [String: [Node]] = [:]
  /// Variables that may be used at this point.
  var variables = ["$"]
  private var depth = 0
  private var loops = 0
  /// Where the action began that is being read; 0 outside of one.
  private var actionLine = 0

  private init(name: String, tokens: [Token], functions: FunctionTable) {
    self.name = name
    self.tokens = tokens
    self.functions = functions
  }

  /// Reads a template.
  ///
  /// - Returns: the templates by their names; the source as a whole has `name`.
  /// - Throws: `.invalidArgument` in text/template's words.
  static func parse(
    _ source: String, name: String, functions: FunctionTable
  ) throws(GantryError) -> [String: [Node]] {
    var parser = Parser(name: name, tokens: Lexer.tokens(of: source), functions: functions)
    let root = try parser.template()
    try parser.define(name, root)
    return parser.definitions
  }

  // MARK: Tokens

  /// The token here.
  var peek: Token {
    mutating get {
      furthest = max(furthest, position)
      return tokens[min(position, tokens.count - 1)]
    }
  }

  /// The token here, white space skipped.
  var peekNonSpace: Token {
    mutating get {
      while peek.kind == .space { position += 1 }
      return peek
    }
  }

  mutating func next() -> Token {
    let token = peek
    position += 1
    return token
  }

  mutating func nextNonSpace() -> Token {
    _ = peekNonSpace
    return next()
  }

  /// Forgets what was read since; `mark` is an earlier `place`.
  mutating func goBack(to mark: Int) { position = mark }
  var place: Int { position }

  private mutating func expect(_ kind: Token.Kind, _ context: String) throws(GantryError) {
    let token = nextNonSpace()
    if token.kind != kind { throw unexpected(token, context) }
  }

  func hasFunction(_ name: String) -> Bool { functions[name] != nil }

  // MARK: Errors

  func failure(_ message: String) -> GantryError {
    let line = tokens[min(furthest, tokens.count - 1)].line
    return GantryError(.invalidArgument, "template: \(name):\(line): \(message)")
  }

  func unexpected(_ token: Token, _ context: String) -> GantryError {
    guard token.kind == .error else { return failure("unexpected \(token.description) in \(context)") }
    guard actionLine != 0, actionLine != token.line else { return failure(token.text) }
    let joint = token.text.hasSuffix(" action") ? "" : " in action"
    return failure("\(token.text)\(joint) started at \(name):\(actionLine)")
  }

  mutating func deeper<Result>(
    _ body: (inout Parser) throws(GantryError) -> Result
  ) throws(GantryError) -> Result {
    guard depth < Self.maximumDepth else {
      throw failure("more than \(Self.maximumDepth) blocks or parentheses in each other")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  // MARK: Structure

  private mutating func template() throws(GantryError) -> [Node] {
    var nodes: [Node] = []
    while peek.kind != .end {
      let mark = position
      if next().kind == .leftDelimiter, nextNonSpace().kind == .keyword(.define) {
        try definition()
        continue
      }
      goBack(to: mark)
      switch try textOrAction() {
      case .node(let node): nodes.append(node)
      case .end: throw failure("unexpected {{end}}")
      case .else: throw failure("unexpected {{else}}")
      }
    }
    return nodes
  }

  /// What an action turned out to be.
  private enum Item {
    case node(Node)
    case end
    case `else`
  }

  private mutating func textOrAction() throws(GantryError) -> Item {
    let token = nextNonSpace()
    switch token.kind {
    case .text: return .node(.text(token.text))
    case .leftDelimiter:
      actionLine = token.line
      defer { actionLine = 0 }
      return try action()
    default: throw unexpected(token, "input")
    }
  }

  private mutating func action() throws(GantryError) -> Item {
    let token = peekNonSpace
    guard case .keyword(let keyword) = token.kind else { return try plainAction() }
    switch keyword {
    case .cursor, .nil, .define: return try plainAction()
    case .block, .break, .continue, .else, .end, .if, .range, .template, .with: _ = next()
    }
    switch keyword {
    case .block: return .node(try block())
    case .break, .continue:
      let end = nextNonSpace()
      guard end.kind == .rightDelimiter else { throw unexpected(end, "{{\(token.text)}}") }
      guard loops > 0 else { throw failure("{{\(token.text)}} outside {{range}}") }
      return .node(keyword == .break ? .break : .continue)
    case .else:
      // "else if" and "else with" leave their second word to the structure that they continue.
      let following = peekNonSpace.kind
      if following != .keyword(.if), following != .keyword(.with) { try expect(.rightDelimiter, "else") }
      return .else
    case .end:
      try expect(.rightDelimiter, "end")
      return .end
    case .template: return .node(try call())
    default: return .node(.branch(try deeper { parser throws(GantryError) in try parser.branch(keyword) }))
    }
  }

  private mutating func plainAction() throws(GantryError) -> Item {
    let offset = peek.offset
    return .node(.action(try pipeline("command", until: .rightDelimiter), offset: offset))
  }

  /// Nodes up to `{{end}}` or `{{else}}`.
  private mutating func body() throws(GantryError) -> (nodes: [Node], hasAlternative: Bool) {
    var nodes: [Node] = []
    while peekNonSpace.kind != .end {
      switch try textOrAction() {
      case .node(let node): nodes.append(node)
      case .end: return (nodes, false)
      case .else: return (nodes, true)
      }
    }
    throw failure("unexpected EOF")
  }

  private mutating func branch(_ kind: Token.Keyword) throws(GantryError) -> Node.Branch {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let pipeline = try pipeline(kind.rawValue, until: .rightDelimiter)
    actionLine = 0
    if kind == .range { loops += 1 }
    let (nodes, hasAlternative) = try body()
    if kind == .range { loops -= 1 }
    guard hasAlternative else {
      return Node.Branch(kind: kind, pipeline: pipeline, body: nodes, alternative: nil)
    }
    if kind != .range, peek.kind == .keyword(kind) {
      _ = next()
      let chained = try deeper { parser throws(GantryError) in try parser.branch(kind) }
      return Node.Branch(kind: kind, pipeline: pipeline, body: nodes, alternative: [.branch(chained)])
    }
    let (alternative, isSecond) = try body()
    if isSecond { throw failure("expected end; found {{else}}") }
    return Node.Branch(kind: kind, pipeline: pipeline, body: nodes, alternative: alternative)
  }

  // MARK: Named templates

  private mutating func name(_ context: String) throws(GantryError) -> (name: String, offset: Int) {
    let token = nextNonSpace()
    guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, context) }
    guard let name = GoText.unquoted(token.text) else { throw failure("invalid syntax") }
    return (name, token.offset)
  }

  private mutating func definition() throws(GantryError) {
    let (name, _) = try name("define clause")
    try expect(.rightDelimiter, "define clause")
    try define(name, try separateBody("define clause"))
  }

  private mutating func block() throws(GantryError) -> Node {
    let (name, offset) = try name("block clause")
    let pipeline = try pipeline("block clause", until: .rightDelimiter)
    try define(name, try separateBody("block clause"))
    return .call(Node.TemplateCall(name: name, pipeline: pipeline, offset: offset))
  }

  /// The body of a template of its own: nothing outside it is known in it.
  private mutating func separateBody(_ context: String) throws(GantryError) -> [Node] {
    let (outerVariables, outerLoops) = (variables, loops)
    (variables, loops) = (["$"], 0)
    defer { (variables, loops) = (outerVariables, outerLoops) }
    actionLine = 0
    let (nodes, hasAlternative) = try deeper { parser throws(GantryError) in try parser.body() }
    if hasAlternative { throw failure("unexpected {{else}} in \(context)") }
    return nodes
  }

  private mutating func call() throws(GantryError) -> Node {
    let (name, offset) = try name("template clause")
    if peekNonSpace.kind == .rightDelimiter {
      _ = next()
      return .call(Node.TemplateCall(name: name, pipeline: nil, offset: offset))
    }
    let pipeline = try pipeline("template clause", until: .rightDelimiter)
    return .call(Node.TemplateCall(name: name, pipeline: pipeline, offset: offset))
  }

  private mutating func define(_ name: String, _ nodes: [Node]) throws(GantryError) {
    if let known = definitions[name], !known.allSatisfy(\.isBlank) {
      if nodes.allSatisfy(\.isBlank) { return }
      throw failure("template: multiple definition of template \(GoText.quoted(name))")
    }
    definitions[name] = nodes
  }
}
