import JSON
import Templates

/// One row of a listing: its fields by the names that `--format` knows.
package struct FormatRow: Sendable {
  /// In the order of their names, as Docker's JSON has them.
  private let fields: [Record.Field]
  /// What `{{.Label "tier"}}` chooses from; nil where rows have no labels.
  private let labels: [String: String]?
  /// What JSON shows instead of the words that people read.
  private let json: [String: String]

  package init(values: [(String, Value)], labels: [String: String]? = nil, json: [String: String] = [:]) {
    self.json = json
    fields = values.sorted { $0.0 < $1.0 }.map { Record.Field($0.0, $0.1) }
    self.labels = labels
  }

  package init(_ fields: [(String, String)], labels: [String: String]? = nil, json: [String: String] = [:]) {
    self.init(values: fields.map { ($0.0, .string($0.1)) }, labels: labels, json: json)
  }

  /// What a table's cell shows of the field; nothing where there is none of this name or it is no text.
  package func text(of name: String) -> String {
    if case .string(let text)? = fields.first(where: { $0.name == name })?.value { text } else { "" }
  }

  /// What a template works on.
  ///
  /// - Parameter typeName: what Docker calls a row, `*formatter.imageContext` for one.
  package func value(_ typeName: String) -> Value {
    let name = typeName.hasPrefix("*") ? String(typeName.dropFirst()) : typeName
    var methods: [String: Record.Method] = [:]
    if let labels {
      methods["Label"] = Record.Method([.string]) { values in
        guard case .string(let key)? = values.first else { return "" }
        return .string(labels[key] ?? "")
      }
    }
    let record = Record(name, fields, methods: methods, document: document, escapesHTML: true)
    return .pointer(.record(record), to: .record(name))
  }

  /// nil where JSON shows the fields as they are.
  private var document: JSONValue? {
    guard !json.isEmpty else { return nil }
    return .object(
      JSONObject(
        fields.compactMap { field in
          guard case .string(let text) = field.value else { return nil }
          return (field.name, .string(json[field.name] ?? text))
        }))
  }

  /// What the header's line is made from: columns' names by their fields'.
  package static func header(_ names: [String: String]) -> Value {
    let label = Record.Method([.string]) { values in
      guard case .string(let key)? = values.first else { return "" }
      // A label's column goes by the last part of its key.
      let last = key.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
      return .string(String(last.map { $0 == "-" || $0 == "_" ? " " : $0 }))
    }
    let fields = names.sorted { $0.key < $1.key }.map { Record.Field($0.key, .string($0.value)) }
    return .record(Record("formatter.SubHeaderContext", fields, methods: ["Label": label], isMap: true))
  }
}
