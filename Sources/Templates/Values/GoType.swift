/// The type that a value would have in Docker's program. It decides what a function takes, what a missing key of a map
/// is, and what errors and `%T` call it.
public indirect enum GoType: Sendable, Equatable {
  /// `interface {}`: any value, or nil.
  case any
  case bool
  case integer(IntegerKind)
  case float
  case string
  /// A number of a JSON document, kept as it was written (`json.Number`).
  case number
  case list(GoType)
  /// A map with text for keys.
  case map(GoType)
  case pointer(GoType)
  /// A struct, by its name with its package, such as `container.State`.
  case record(String)

  /// The integer types that Docker's structs use, and a moment's methods give.
  public enum IntegerKind: String, Sendable {
    case int
    case int64
    case uint
    case uint8
    case uint16
    case uint64
    /// Nanoseconds, printed as "1m30s".
    case duration = "time.Duration"
    /// From 1, printed as "January".
    case month = "time.Month"
    /// From 0, printed as "Sunday".
    case weekday = "time.Weekday"

    var isUnsigned: Bool {
      switch self {
      case .uint, .uint8, .uint16, .uint64: true
      case .int, .int64, .duration, .month, .weekday: false
      }
    }
  }

  /// As Go's reflection names it.
  var name: String {
    switch self {
    case .any: "interface {}"
    case .bool: "bool"
    case .integer(let kind): kind.rawValue
    case .float: "float64"
    case .string: "string"
    case .number: "json.Number"
    case .list(let element): "[]\(element.name)"
    case .map(let element): "map[string]\(element.name)"
    case .pointer(let pointee): "*\(pointee.name)"
    case .record(let name): name
    }
  }

  /// Whether `nil` is one of its values.
  var canBeNil: Bool {
    switch self {
    case .any, .list, .map, .pointer: true
    case .bool, .integer, .float, .string, .number, .record: false
    }
  }

  /// What a variable of this type is before anything is put into it. Fields of a record are not known here.
  var zero: Value {
    switch self {
    case .any: .interface(nil)
    case .bool: .bool(false)
    case .integer(let kind): .integer(0, kind)
    case .float: .float(0)
    case .string: .string("")
    case .number: .number("")
    case .list(let element): .list([], of: element)
    case .map(let element): .map([:], of: element)
    case .pointer(let pointee): .pointer(nil, to: pointee)
    case .record(let name): .record(Record(name, []))
    }
  }
}
