/// What a template works on.
///
/// A command chooses how its data behaves: a `record` knows its fields, and an unknown one is an error; a `map` may lack
/// a key, which prints `<no value>` or is an error, as `Template.MissingKey` says.
public indirect enum Value: Sendable {
  /// What no value is there for: a key that a map lacks, a pipeline without result.
  case missing
  case bool(Bool)
  case integer(Int64, GoType.IntegerKind)
  case float(Double)
  case string(String)
  /// See `GoType.number`.
  case number(String)
  case list([Value], of: GoType)
  case map([String: Value], of: GoType)
  case record(Record)
  /// A pointer, nil or to a value of a type. A nil one "to" a list or map is that list or map itself being nil: empty,
  /// and `null` as JSON.
  case pointer(Value?, to: GoType)
  /// What lies in a slot of type `interface {}`, such as an element of a JSON array.
  case interface(Value?)

  /// nil for what has no type.
  var type: GoType? {
    switch self {
    case .missing: nil
    case .bool: .bool
    case .integer(_, let kind): .integer(kind)
    case .float: .float
    case .string: .string
    case .number: .number
    case .list(_, let element): .list(element)
    case .map(_, let element): .map(element)
    case .record(let record): .record(record.typeName)
    case .pointer(nil, .list(let element)): .list(element)
    case .pointer(nil, .map(let element)): .map(element)
    case .pointer(_, let pointee): .pointer(pointee)
    case .interface: .any
    }
  }

  var typeName: String { type?.name ?? "<nil>" }

  /// What lies behind pointers and interfaces; nil behind a nil one (text/template's `indirect`).
  var indirect: Value? {
    switch self {
    case .pointer(nil, .list(let element)): .list([], of: element)
    case .pointer(nil, .map(let element)): .map([:], of: element)
    case .pointer(let value, _), .interface(let value): value?.indirect
    default: self
    }
  }

  /// What an interface holds, or nothing (text/template's `indirectInterface`).
  var unwrapped: Value { if case .interface(let value) = self { value ?? .missing } else { self } }

  /// Whether `if` takes it for true: not zero, empty or nil. A record always is.
  var isTrue: Bool {
    switch self {
    case .missing: false
    case .bool(let value): value
    case .integer(let value, _): value != 0
    case .float(let value): value != 0
    case .string(let text), .number(let text): !text.isEmpty
    case .list(let elements, _): !elements.isEmpty
    case .map(let members, _): !members.isEmpty
    case .record: true
    case .pointer(let value, _): value != nil
    case .interface(let value): value?.isTrue ?? false
    }
  }

  /// Bytes of a text, elements of a list or map: what working on it costs.
  var size: Int {
    switch self {
    case .string(let text), .number(let text): text.utf8.count
    case .list(let elements, _): elements.count
    case .map(let members, _): members.count
    default: 0
    }
  }

  /// Whether it counts as nil in comparisons.
  var isNil: Bool {
    switch self {
    case .missing, .pointer(nil, _), .interface(nil): true
    default: false
    }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value, .int) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// A list of texts, `[]string`.
  public static func texts(_ elements: [String]) -> Value { .list(elements.map { .string($0) }, of: .string) }

  /// A map of texts, `map[string]string`.
  public static func texts(_ members: [String: String]) -> Value {
    .map(members.mapValues { .string($0) }, of: .string)
  }
}
