import Errors

/// `eq`, `lt` and their kin.
enum Comparison {
  private enum Kind: Equatable {
    case bool, integer, float, string, other
  }

  private static func kind(_ value: Value) -> Kind {
    switch value {
    case .bool: .bool
    case .integer: .integer
    case .float: .float
    case .string, .number: .string
    default: .other
    }
  }

  private static let incompatible = GantryError(.invalidArgument, "incompatible types for comparison")

  /// Whether a value equals any of the others.
  ///
  /// - Throws: `.invalidArgument` about types that cannot be compared.
  static func isEqual(_ value: Value, toAny others: ArraySlice<Value>) throws(GantryError) -> Bool {
    guard !others.isEmpty else { throw GantryError(.invalidArgument, "missing argument for comparison") }
    let value = value.unwrapped
    for other in others where try isEqual(value, other.unwrapped) { return true }
    return false
  }

  private static func isEqual(_ left: Value, _ right: Value) throws(GantryError) -> Bool {
    switch (left, right) {
    case (.bool(let left), .bool(let right)): return left == right
    case (.integer(let left, _), .integer(let right, _)): return left == right
    case (.float(let left), .float(let right)): return left == right
    case (.string(let left), .string(let right)), (.number(let left), .number(let right)),
      (.string(let left), .number(let right)), (.number(let left), .string(let right)):
      // Swift's own equality takes an accent apart from its letter for the letter with it.
      return left.utf8.elementsEqual(right.utf8)
    case _ where kind(left) != kind(right):
      guard left.type == nil || right.type == nil else { throw incompatible }
      return false
    case _ where left.type != nil && right.type != nil && !isOneSort(left, right):
      throw GantryError(
        .invalidArgument,
        "non-comparable types \(Formatter.text(left)): \(left.typeName), \(right.typeName): \(Formatter.text(right))")
    case _ where left.isNil || right.isNil: return left.isNil == right.isNil
    default:
      throw GantryError(.invalidArgument, "non-comparable type \(Formatter.text(right)): \(right.typeName)")
    }
  }

  /// Whether both are lists, maps, pointers or structs (Go's kinds).
  private static func isOneSort(_ left: Value, _ right: Value) -> Bool {
    switch (left.type, right.type) {
    case (.list, .list), (.map, .map), (.pointer, .pointer), (.record, .record): true
    default: false
    }
  }

  /// Whether `left` comes before `right`.
  ///
  /// - Throws: as `isEqual`.
  static func isLess(_ left: Value, _ right: Value) throws(GantryError) -> Bool {
    let (left, right) = (left.unwrapped, right.unwrapped)
    switch (left, right) {
    case (.integer(let left, _), .integer(let right, _)): return left < right
    case (.float(let left), .float(let right)): return left < right
    case (.string, _) where kind(right) == .string, (.number, _) where kind(right) == .string:
      return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    case _ where kind(left) == .other || kind(right) == .other || (kind(left) == .bool && kind(right) == .bool):
      throw GantryError(.invalidArgument, "invalid type for comparison")
    default: throw incompatible
    }
  }
}
