import JSON

/// A value on its way through a template.
package struct TemplateValue: Sendable {
  let json: JSONValue
  /// Whether it is what the template as a whole is filled from.
  let isRoot: Bool

  init(_ json: JSONValue, isRoot: Bool = false) {
    self.json = json
    self.isRoot = isRoot
  }

  /// As Go prints it with `%v`.
  var goText: String {
    if case .null = json { "<no value>" } else { Self.text(json) }
  }

  static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "<nil>"
    case .string(let text): text
    case .array(let elements): "[" + elements.map(text).joined(separator: " ") + "]"
    case .object(let object):
      "map[" + object.members.sorted { $0.key < $1.key }.map { "\($0.key):\(text($0.value))" }.joined(separator: " ")
        + "]"
    default: value.text()
    }
  }
}
