import Errors

/// Takes a filter's text apart.
struct FilterScanner {
  private let text: String
  private var rest: Substring

  init(_ text: String) {
    self.text = text
    rest = text[...]
  }

  mutating func conditions() throws(GantryError) -> [Filter.Condition] {
    guard !rest.isEmpty else { return [] }
    var conditions = [try condition()]
    while take(",") { conditions.append(try condition()) }
    guard rest.isEmpty else { throw failure }
    return conditions
  }

  private var failure: GantryError {
    GantryError(.invalidArgument, "\"\(text)\" is not a filter; one looks like name==x or labels.\"key\"!=value")
  }

  private mutating func take(_ prefix: String) -> Bool {
    guard rest.hasPrefix(prefix) else { return false }
    rest = rest.dropFirst(prefix.count)
    return true
  }

  private mutating func condition() throws(GantryError) -> Filter.Condition {
    var path = [try field()]
    while take(".") { path.append(try field()) }
    for operation in [Filter.Operation.equal, .different, .matches] where take(operation.rawValue) {
      return Filter.Condition(path: path, operation: operation, value: try value())
    }
    return Filter.Condition(path: path, operation: .present, value: "")
  }

  private mutating func field() throws(GantryError) -> String {
    if rest.first == "\"" { return try quoted() }
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "/" }
    guard !name.isEmpty else { throw failure }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  private mutating func value() throws(GantryError) -> String {
    if rest.first == "\"" { return try quoted() }
    let value = rest.prefix { $0 != "," }
    rest = rest.dropFirst(value.count)
    return String(value)
  }

  private mutating func quoted() throws(GantryError) -> String {
    rest = rest.dropFirst()
    var value = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return value
      case "\\":
        guard let escaped = rest.popFirst() else { throw failure }
        value.append(escaped)
      default: value.append(character)
      }
    }
    throw failure
  }
}
