import Errors
import JSON

/// The functions that templates may call.
package enum TemplateFunction: String, Sendable, CaseIterable {
  case index
  case join
  case json
  case len
  case lower
  case print
  case println
  case truncate
  case upper

  /// - Throws: `.invalidArgument` about arguments that do not fit.
  func call(_ arguments: [TemplateValue], _ context: TemplateContext) throws(GantryError) -> JSONValue {
    let values = arguments.map(\.json)
    switch self {
    case .json:
      try require(values.count == 1, "wrong number of args for json: want 1 got \(values.count)")
      if arguments[0].isRoot, let text = context.json { return .string(text) }
      return .string(values[0].text())
    case .upper: return .string(try text(values, 0, of: 1).uppercased())
    case .lower: return .string(try text(values, 0, of: 1).lowercased())
    case .print: return .string(values.map(TemplateValue.text).joined(separator: " "))
    case .println: return .string(values.map(TemplateValue.text).joined(separator: " ") + "\n")
    case .len: return .integer(try length(values))
    case .index: return try element(values)
    case .truncate:
      let width = values.count == 2 ? values[1].integer : nil
      guard let width, width >= 0 else { throw GantryError(.invalidArgument, "expected a string and a number") }
      return .string(String(try text(values, 0, of: 2).prefix(Int(clamping: width))))
    case .join:
      guard values.count == 2, let elements = values[0].array else {
        throw GantryError(.invalidArgument, "expected a list and a separator")
      }
      return .string(elements.map(TemplateValue.text).joined(separator: try text(values, 1, of: 2)))
    }
  }

  private func require(_ condition: Bool, _ message: String) throws(GantryError) {
    if !condition { throw GantryError(.invalidArgument, message) }
  }

  private func text(_ values: [JSONValue], _ place: Int, of count: Int) throws(GantryError) -> String {
    try require(values.count == count, "wrong number of args for \(rawValue): want \(count) got \(values.count)")
    guard let text = values[place].string else { throw GantryError(.invalidArgument, "expected string") }
    return text
  }

  private func length(_ values: [JSONValue]) throws(GantryError) -> Int64 {
    try require(values.count == 1, "wrong number of args for len: want 1 got \(values.count)")
    switch values[0] {
    case .string(let text): return Int64(text.utf8.count)
    case .array(let elements): return Int64(elements.count)
    case .object(let object): return Int64(object.members.count)
    case .null: throw GantryError(.invalidArgument, "len of nil pointer")
    default: throw GantryError(.invalidArgument, "len of a value that has none")
    }
  }

  private func element(_ values: [JSONValue]) throws(GantryError) -> JSONValue {
    guard var value = values.first else { throw GantryError(.invalidArgument, "index of untyped nil") }
    for key in values.dropFirst() {
      switch (value, key) {
      case (.object(let object), .string(let name)): value = object[name] ?? .string("")
      case (.array(let elements), .integer(let place)):
        guard elements.indices.contains(Int(clamping: place)) else {
          throw GantryError(.outOfRange, "index out of range: \(place)")
        }
        value = elements[Int(place)]
      default: throw GantryError(.invalidArgument, "can't index item of this type")
      }
    }
    return value
  }
}
