import JSON

extension Value {
  /// A JSON document as Go decodes one that it has no struct for: maps, lists, text, and numbers as they are written.
  public init(document: JSONValue) {
    self = Self.slot(document).unwrapped
  }

  private static func slot(_ value: JSONValue) -> Value {
    switch value {
    case .null: .interface(nil)
    case .bool(let value): .interface(.bool(value))
    case .integer(let value): .interface(.number(String(value)))
    case .number(let value): .interface(.number(value.text))
    case .string(let text): .interface(.string(text))
    case .array(let elements): .interface(.list(elements.map(slot), of: .any))
    case .object(let object):
      .interface(
        .map(Dictionary(object.members.map { ($0.key, slot($0.value)) }, uniquingKeysWith: { $1 }), of: .any))
    }
  }

  /// What the function `json` prints.
  var jsonText: String {
    let escapesHTML = escapesHTML
    // In JSON all of these stand in strings only.
    return json.text().unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "<" where escapesHTML: result += "\\u003c"
      case ">" where escapesHTML: result += "\\u003e"
      case "&" where escapesHTML: result += "\\u0026"
      case "\u{2028}": result += "\\u2028"
      case "\u{2029}": result += "\\u2029"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// Whether it makes its JSON itself, or lists what does.
  private var escapesHTML: Bool {
    switch indirect {
    case .record(let record)?: record.escapesHTML
    case .list(let elements, _)?: elements.first?.escapesHTML ?? false
    default: false
    }
  }

  /// As Go's encoder writes it, keys of maps sorted.
  var json: JSONValue {
    switch self {
    case .missing: .null
    case .bool(let value): .bool(value)
    case .integer(let value, _): .integer(value)
    case .float(let value): (try? JSONValue(parsing: GoFloat.json(value))) ?? .null
    case .string(let text): .string(text)
    case .number(let text): (try? JSONValue(parsing: text)) ?? .string(text)
    case .list(let elements, _): .array(elements.map(\.json))
    case .map(let members, _):
      .object(
        JSONObject(
          members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value.json) }))
    case .record(let record):
      record.document ?? .object(JSONObject(record.fields.map { ($0.name, $0.value.json) }))
    case .pointer(let value, _), .interface(let value): value?.json ?? .null
    }
  }
}
