/// One word of a command: a constant, a path, a variable, a function's name, or a pipeline in parentheses.
indirect enum Operand: Sendable {
  case dot(offset: Int)
  case `nil`(offset: Int)
  case bool(Bool, offset: Int)
  case number(NumberConstant, offset: Int)
  /// `quoted` is how it was written.
  case string(String, quoted: String, offset: Int)
  /// `.A.B`
  case field([String], offset: Int)
  /// `$x.A.B`, the first name with its dollar sign.
  case variable([String], offset: Int)
  case function(String, offset: Int)
  /// `(pipeline).A.B`
  case chain(Operand, [String], offset: Int)
  case pipeline(Pipeline)

  /// Where errors place it. Go gives a path of several names the place of its second.
  var offset: Int {
    switch self {
    case .dot(let offset), .nil(let offset), .bool(_, let offset), .number(_, let offset), .string(_, _, let offset),
      .field(_, let offset), .variable(_, let offset), .function(_, let offset), .chain(_, _, let offset):
      offset
    case .pipeline(let pipeline): pipeline.offset
    }
  }

  /// As errors quote it.
  var source: String {
    switch self {
    case .dot: "."
    case .nil: "nil"
    case .bool(let value, _): value ? "true" : "false"
    case .number(let number, _): number.text
    case .string(_, let quoted, _): quoted
    case .field(let names, _): names.map { "." + $0 }.joined()
    case .variable(let names, _): names.joined(separator: ".")
    case .function(let name, _): name
    case .chain(.pipeline(let pipeline), let names, _): "(\(pipeline.source))" + names.map { "." + $0 }.joined()
    case .chain(let operand, let names, _): operand.source + names.map { "." + $0 }.joined()
    case .pipeline(let pipeline): pipeline.source
    }
  }

  /// Whether it cannot take what a pipe hands on.
  var isConstant: Bool {
    switch self {
    case .bool, .dot, .nil, .number, .string: true
    default: false
    }
  }
}
