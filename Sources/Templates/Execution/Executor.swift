import Errors

/// Fills one template in: walks its tree with a value as the cursor.
///
/// - SeeAlso: Go's text/template/exec.go, whose order of evaluation decides what an error names.
struct Executor {
  /// How a structure ended.
  enum Flow {
    case goesOn, broken, continued
  }

  struct Variable {
    let name: String
    var value: Value
  }

  /// What an error points at.
  struct Spot {
    let offset: Int
    let source: @Sendable () -> String
  }

  /// Structures and calls in each other while filling in: each takes some of the stack.
  static let maximumDepth = 400
  /// Go has no such bound. It keeps a template such as `{{range 9999999999}}{{end}}` from running for ever.
  static let maximumSteps = 10_000_000
  static let maximumOutput = 64 << 20

  private let name: String
  private let definitions: [String: [Node]]
  let functions: FunctionTable
  let missingKey: Template.MissingKey
  private let source: [UInt8]
  private(set) var output = ""
  var variables: [Variable]
  private var templateName: String
  private var spot: Spot?
  private var depth = 0
  private var steps = 0

  init(template: Template, value: Value, functions: FunctionTable, missingKey: Template.MissingKey) {
    name = template.name
    templateName = template.name
    definitions = template.definitions
    source = Array(template.source.utf8)
    self.functions = functions
    self.missingKey = missingKey
    variables = [Variable(name: "$", value: value)]
  }

  /// - Throws: `.invalidArgument` in text/template's words; what was put out before stays in `output`.
  mutating func run() throws(GantryError) {
    guard let root = definitions[name], let value = variables.first?.value else { return }
    _ = try walk(root, value)
  }

  // MARK: Errors

  mutating func at(_ operand: Operand) {
    spot = Spot(offset: operand.offset) { operand.source }
  }

  mutating func at(_ command: Command) { spot = Spot(offset: command.offset) { command.source } }

  mutating func at(_ pipeline: Pipeline) { spot = Spot(offset: pipeline.offset) { pipeline.source } }

  func failure(_ message: String) -> GantryError {
    guard let spot else { return GantryError(.invalidArgument, "template: \(name): \(message)") }
    let before = source.prefix(spot.offset)
    let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
    let column = before.lastIndex(of: UInt8(ascii: "\n")).map { spot.offset - $0 - 1 } ?? spot.offset
    return GantryError(
      .invalidArgument,
      "template: \(name):\(line):\(column): executing \(GoText.quoted(templateName)) at <\(spot.source())>: \(message)")
  }

  private mutating func step() throws(GantryError) {
    steps += 1
    if steps > Self.maximumSteps { throw failure("the template takes more than \(Self.maximumSteps) steps") }
  }

  /// Text and lists that functions take and make count as steps too, for a value may double with each call.
  mutating func spend(on values: [Value]) throws(GantryError) {
    steps += values.reduce(0) { $0 + $1.size } / 16
    try step()
  }

  private mutating func write(_ text: String) throws(GantryError) {
    guard output.utf8.count + text.utf8.count <= Self.maximumOutput else {
      throw failure("the template prints more than \(Self.maximumOutput >> 20) MiB")
    }
    output += text
  }

  mutating func deeper<Result>(
    _ body: (inout Executor) throws(GantryError) -> Result
  ) throws(GantryError) -> Result {
    guard depth < Self.maximumDepth else { throw failure("exceeded maximum template depth (\(Self.maximumDepth))") }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  // MARK: Walking

  private mutating func walk(_ nodes: [Node], _ dot: Value) throws(GantryError) -> Flow {
    for node in nodes {
      try step()
      switch node {
      case .text(let text): try write(text)
      case .action(let pipeline, _):
        let value = try evaluate(pipeline, dot)
        if pipeline.variables.isEmpty { try write(Self.printed(value)) }
      case .branch(let branch):
        let flow = try deeper { executor throws(GantryError) in try executor.branch(branch, dot) }
        if flow != .goesOn { return flow }
      case .call(let call): try deeper { executor throws(GantryError) in try executor.call(call, dot) }
      case .break: return .broken
      case .continue: return .continued
      }
    }
    return .goesOn
  }

  /// What an action prints: pointers are followed, and nothing is "<no value>".
  private static func printed(_ value: Value) -> String {
    switch value {
    case .missing: "<no value>"
    case .pointer(let pointee?, _): printed(pointee)
    case .string(let text), .number(let text): text
    default: Formatter.text(value)
    }
  }

  private mutating func branch(_ branch: Node.Branch, _ dot: Value) throws(GantryError) -> Flow {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let value = try evaluate(branch.pipeline, dot)
    if branch.kind == .range { return try range(branch, value, dot) }
    if value.unwrapped.isTrue { return try walk(branch.body, branch.kind == .with ? value : dot) }
    return try branch.alternative.map { nodes throws(GantryError) in try walk(nodes, dot) } ?? .goesOn
  }

  private mutating func range(_ branch: Node.Branch, _ value: Value, _ dot: Value) throws(GantryError) -> Flow {
    let names = branch.pipeline.variables
    var isEmpty = true
    switch value.indirect {
    case .list(let elements, _)?:
      for (place, element) in elements.enumerated() {
        isEmpty = false
        if try iterate(branch, .integer(Int64(place), .int), element) != .goesOn { break }
      }
    case .map(let members, _)?:
      for (key, element) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        isEmpty = false
        if try iterate(branch, .string(key), element) != .goesOn { break }
      }
    case .integer(let count, let kind)?:
      guard names.count < 2 else { throw failure("can't use \(count) to iterate over more than one variable") }
      var place: Int64 = 0
      while place < count {
        isEmpty = false
        let element = Value.integer(place, kind)
        if try iterate(branch, element, element) != .goesOn { break }
        place += 1
      }
    case .missing?, nil: break
    case let other?: throw failure("range can't iterate over \(Formatter.text(other))")
    }
    guard isEmpty, let alternative = branch.alternative else { return .goesOn }
    return try walk(alternative, dot)
  }

  /// - Returns: `.broken` where the loop ends here.
  private mutating func iterate(
    _ branch: Node.Branch, _ index: Value, _ element: Value
  ) throws(GantryError) -> Flow {
    try step()
    let names = branch.pipeline.variables
    if names.count == 1 {
      try set(names[0].name, element)
    } else if names.count > 1 {
      try set(names[0].name, index)
      try set(names[1].name, element)
    }
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    return try walk(branch.body, element) == .broken ? .broken : .goesOn
  }

  private mutating func call(_ call: Node.TemplateCall, _ dot: Value) throws(GantryError) {
    spot = Spot(offset: call.offset) { call.source }
    guard let nodes = definitions[call.name] else {
      throw failure("template \(GoText.quoted(call.name)) not defined")
    }
    let value = try call.pipeline.map { pipeline throws(GantryError) in try evaluate(pipeline, dot) } ?? .missing
    let (outerVariables, outerName) = (variables, templateName)
    (variables, templateName) = ([Variable(name: "$", value: value)], call.name)
    _ = try walk(nodes, value)
    (variables, templateName) = (outerVariables, outerName)
  }

  /// Overwrites the variable of this name that was declared last.
  mutating func set(_ name: String, _ value: Value) throws(GantryError) {
    guard let place = variables.lastIndex(where: { $0.name == name }) else {
      throw failure("undefined variable: \(name)")
    }
    variables[place].value = value
  }
}
