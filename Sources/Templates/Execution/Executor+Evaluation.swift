import Errors

extension Executor {
  /// The last command's result, which the pipeline's variables take.
  ///
  /// - Throws: `.invalidArgument` in text/template's words.
  mutating func evaluate(_ pipeline: Pipeline, _ dot: Value) throws(GantryError) -> Value {
    at(pipeline)
    var result: Value?
    for command in pipeline.commands { result = try evaluate(command, dot, piped: result).unwrapped }
    let value = result ?? .missing
    for variable in pipeline.variables {
      if pipeline.isAssignment {
        try set(variable.name, value)
      } else {
        variables.append(Variable(name: variable.name, value: value))
      }
    }
    return value
  }

  /// - Parameter piped: the result of the command before, which becomes the last argument.
  private mutating func evaluate(_ command: Command, _ dot: Value, piped: Value?) throws(GantryError) -> Value {
    let first = command.operands[0]
    let arguments = Array(command.operands.dropFirst())
    switch first {
    case .function(let name, _):
      at(first)
      return try call(name, arguments, dot, piped: piped) { $0.at(command) }
    case .field, .chain, .variable: return try path(first, dot, arguments, piped: piped)
    case .pipeline(let inner):
      try refuseArguments(first, arguments, piped)
      return try deeper { executor throws(GantryError) in try executor.evaluate(inner, dot) }
    case .bool, .dot, .nil, .number, .string:
      at(first)
      try refuseArguments(first, arguments, piped)
      if case .nil = first { throw failure("nil is not a command") }
      return try constant(first, dot)
    }
  }

  private func refuseArguments(_ operand: Operand, _ arguments: [Operand], _ piped: Value?) throws(GantryError) {
    guard arguments.isEmpty, piped == nil else {
      throw failure("can't give argument to non-function \(operand.source)")
    }
  }

  private func constant(_ operand: Operand, _ dot: Value) throws(GantryError) -> Value {
    switch operand {
    case .bool(let value, _): return .bool(value)
    case .dot: return dot
    case .number(let number, _):
      guard let value = number.value else { throw failure("\(number.text) overflows int") }
      return value
    case .string(let text, _, _): return .string(text)
    default: throw failure("can't evaluate command \(GoText.quoted(operand.source))")
    }
  }

  // MARK: Paths

  /// A field, a variable or what is in parentheses, and the fields behind it.
  private mutating func path(
    _ operand: Operand, _ dot: Value, _ arguments: [Operand], piped: Value?
  ) throws(GantryError) -> Value {
    at(operand)
    var receiver: Value
    let names: ArraySlice<String>
    switch operand {
    case .field(let path, _): (receiver, names) = (dot, path[...])
    case .variable(let path, _):
      guard let variable = variables.last(where: { $0.name == path[0] }) else {
        throw failure("undefined variable: \(path[0])")
      }
      (receiver, names) = (variable.value, path.dropFirst())
      if names.isEmpty {
        try refuseArguments(operand, arguments, piped)
        return receiver
      }
    case .chain(.nil, _, _): throw failure("indirection through explicit nil in \(operand.source)")
    case .chain(let inner, let path, _): (receiver, names) = (try argument(inner, .anything, dot), path[...])
    default: return try constant(operand, dot)
    }
    for name in names.dropLast() { receiver = try member(name, of: receiver, operand, [], dot, piped: nil) }
    return try member(names.last ?? "", of: receiver, operand, arguments, dot, piped: piped)
  }

  private mutating func member(
    _ name: String, of receiver: Value, _ operand: Operand, _ arguments: [Operand], _ dot: Value, piped: Value?
  ) throws(GantryError) -> Value {
    guard let type = receiver.type else {
      if missingKey == .error { throw failure("nil data; no entry for key \(GoText.quoted(name))") }
      return .missing
    }
    let hasArguments = !arguments.isEmpty || piped != nil
    switch receiver.indirect {
    case .record(let record)?:
      switch record.member(name) {
      case .method(let method)?:
        let function = Function(method.parameters, method.body)
        return try call(name, function, arguments, dot, piped: piped) { $0.at(operand) }
      case .field(let value)?:
        if hasArguments { throw failure("\(name) has arguments but cannot be invoked as function") }
        return value
      case nil: if record.isMap { return .missing }
      }
    case .map(let members, _)?:
      if hasArguments { throw failure("\(name) is not a method but has arguments") }
      if let value = members[name] { return value }
      if missingKey == .error { throw failure("map has no entry for key \(GoText.quoted(name))") }
      return .missing
    case nil: throw failure("nil pointer evaluating \(type.name).\(name)")
    default: break
    }
    throw failure("can't evaluate field \(name) in type \(type.name)")
  }

  // MARK: Calls

  private mutating func call(
    _ name: String, _ arguments: [Operand], _ dot: Value, piped: Value?, mark: (inout Executor) -> Void
  ) throws(GantryError) -> Value {
    guard let function = functions[name] else { throw failure("\(GoText.quoted(name)) is not a defined function") }
    return try call(name, function, arguments, dot, piped: piped, mark: mark)
  }

  /// - Parameter mark: moves the place that errors name to the whole of the call.
  private mutating func call(
    _ name: String, _ function: Function, _ arguments: [Operand], _ dot: Value, piped: Value?,
    mark: (inout Executor) -> Void
  ) throws(GantryError) -> Value {
    let count = arguments.count + (piped == nil ? 0 : 1)
    let wanted = function.parameters.count
    if function.more != nil, count < wanted {
      throw failure("wrong number of args for \(name): want at least \(wanted) got \(arguments.count)")
    }
    if function.more == nil, count != wanted {
      throw failure("wrong number of args for \(name): want \(wanted) got \(count)")
    }
    if case .shortCircuit(let stop)? = function.special { return try first(stop, arguments, dot, piped: piped) }
    var values: [Value] = []
    for (place, operand) in arguments.enumerated() {
      values.append(try argument(operand, function.parameter(place), dot))
    }
    if let piped { values.append(try fitted(piped, function.parameter(values.count))) }
    try spend(on: values)
    let result: Value
    do throws(GantryError) {
      if case .call? = function.special { throw Self.refusedCall(arguments.first, values[0]) }
      result = try function.body(values)
    } catch {
      mark(&self)
      throw failure("error calling \(name): \(error.message)")
    }
    try spend(on: [result])
    return result
  }

  /// No value here is a function.
  private static func refusedCall(_ operand: Operand?, _ value: Value) -> GantryError {
    let value = value.unwrapped
    guard value.type != nil else { return GantryError(.invalidArgument, "call of nil") }
    // What was piped has no text in the template.
    let piped = if case .string(let text) = value { text } else { value.type == .number ? value.text : nil as String? }
    let name = operand?.source ?? piped ?? "<\(value.typeName) Value>"
    return GantryError(.invalidArgument, "non-function \(name) of type \(value.typeName)")
  }

  /// The first argument that is as true as `stop`, or the last; those behind it are not evaluated.
  private mutating func first(
    _ stop: Bool, _ arguments: [Operand], _ dot: Value, piped: Value?
  ) throws(GantryError) -> Value {
    var value = Value.missing
    for operand in arguments {
      value = try argument(operand, .anything, dot)
      if value.unwrapped.isTrue == stop { return value }
    }
    return piped ?? value
  }

  private mutating func argument(
    _ operand: Operand, _ parameter: Function.Parameter, _ dot: Value
  ) throws(GantryError) -> Value {
    at(operand)
    switch operand {
    case .dot: return try fitted(dot, parameter)
    case .nil:
      guard case .typed(let type) = parameter else { return .missing }
      guard type.canBeNil else { throw failure("cannot assign nil to \(type.name)") }
      return type.zero
    // Its own statement each: a misfit is told at the place that was evaluated last, as Go does.
    case .field, .variable, .chain:
      let value = try path(operand, dot, [], piped: nil)
      return try fitted(value, parameter)
    case .pipeline(let inner):
      let value = try deeper { executor throws(GantryError) in try executor.evaluate(inner, dot) }
      return try fitted(value, parameter)
    case .function(let name, _):
      let value = try call(name, [], dot, piped: nil) { $0.at(operand) }
      return try fitted(value, parameter)
    case .bool, .number, .string: return try literal(operand, parameter, dot)
    }
  }

  private func literal(
    _ operand: Operand, _ parameter: Function.Parameter, _ dot: Value
  ) throws(GantryError) -> Value {
    guard case .typed(let type) = parameter else { return try constant(operand, dot) }
    switch (type, operand) {
    case (.any, _): return try constant(operand, dot)
    case (.string, .string(let text, _, _)): return .string(text)
    case (.string, _): throw failure("expected string; found \(operand.source)")
    case (.integer(let kind), .number(let number, _)):
      guard let value = number.integer else { throw failure("expected integer; found \(operand.source)") }
      return .integer(value, kind)
    case (.integer, _): throw failure("expected integer; found \(operand.source)")
    default: throw failure("can't handle \(operand.source) for arg of type \(type.name)")
    }
  }

  /// The value as the parameter takes it (text/template's `validateType`).
  private func fitted(_ value: Value, _ parameter: Function.Parameter) throws(GantryError) -> Value {
    guard case .typed(let wanted) = parameter else { return value }
    guard let type = value.type else {
      guard wanted.canBeNil else { throw failure("invalid value; expected \(wanted.name)") }
      return wanted.zero
    }
    if wanted == .any || type == wanted { return value }
    switch value {
    case .interface(let inner?): return try fitted(inner, parameter)
    case .pointer(let pointee, let to) where to == wanted:
      guard let pointee else { throw failure("dereference of nil pointer of type \(wanted.name)") }
      return pointee
    default: throw failure("wrong type for value; expected \(wanted.name); got \(type.name)")
    }
  }
}
