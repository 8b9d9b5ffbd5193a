import JSON

/// One row of a listing: its fields by the names that `--format` knows.
package struct FormatRow: Sendable {
  package let fields: JSONObject
  /// What takes arguments, such as `{{.Label "tier"}}`.
  package let methods: [String: TemplateContext.Method]

  package init(fields: JSONObject, methods: [String: TemplateContext.Method] = [:]) {
    self.fields = fields
    self.methods = methods
  }

  package init(_ fields: [(String, String)], methods: [String: TemplateContext.Method] = [:]) {
    self.init(fields: JSONObject(fields.map { ($0.0, .string($0.1)) }), methods: methods)
  }

  /// One line of JSON, members in alphabetical order, `<`, `>` and `&` escaped as Go's encoder does.
  package var json: String {
    let sorted = JSONObject(fields.members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    return Self.escapingHTML(JSONValue.object(sorted).text())
  }

  package func context(_ typeName: String) -> TemplateContext {
    TemplateContext(root: .object(fields), methods: methods, missing: .unknownField(typeName: typeName), json: json)
  }

  /// JSON text with the three characters that mean something in HTML escaped; they stand in strings only.
  package static func escapingHTML(_ json: String) -> String {
    var result = ""
    for character in json.unicodeScalars {
      switch character {
      case "<": result += "\\u003c"
      case ">": result += "\\u003e"
      case "&": result += "\\u0026"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
