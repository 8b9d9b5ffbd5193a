import Errors
import JSON

/// What `--format` asks of a command that lists things.
package enum RowFormat: Sendable {
  case table
  /// Columns made by a template.
  case tableTemplate(Template)
  case json
  case template(Template)

  /// Reads the option's value; "" is the table.
  ///
  /// - Throws: `CommandFailure.local` about a template that does not parse.
  package init(_ text: String) throws(CommandFailure) {
    let unescaped = Self.unescaped(text)
    if text.isEmpty || text == "table" {
      self = .table
    } else if text == "json" {
      self = .json
    } else if text.hasPrefix("table") {
      self = .tableTemplate(try Template.parsing(String(unescaped.dropFirst(5).drop { $0 == " " })))
    } else {
      self = .template(try Template.parsing(unescaped))
    }
  }

  /// Shells hand over `\t` as two characters.
  private static func unescaped(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      if character == "\\", let next = rest.first, next == "t" || next == "n" {
        result.append(next == "t" ? "\t" : "\n")
        rest.removeFirst()
      } else {
        result.append(character)
      }
    }
    return result
  }

  package var isTable: Bool { if case .table = self { true } else { false } }

  /// The rows as this format shows them.
  ///
  /// - Parameters:
  ///   - columns: fields of the plain table, in order.
  ///   - headers: a field's header in the tables.
  ///   - typeName: what a template's error calls a row.
  /// - Throws: `CommandFailure.local` about a field there is none of.
  package func text(
    _ rows: [FormatRow], columns: [String], headers: [String: String], typeName: String, minimumWidth: Int = 10
  ) throws(CommandFailure) -> String {
    switch self {
    case .table:
      var table = Table(minimumWidth: minimumWidth)
      table.add(columns.map { headers[$0] ?? $0.uppercased() })
      for row in rows { table.add(columns.map { row.fields[$0]?.string ?? "" }) }
      return table.text
    case .json:
      return rows.map { $0.json + "\n" }.joined()
    case .template(let template):
      var text = ""
      for row in rows { text += try template.render(row.context(typeName)) + "\n" }
      return text
    case .tableTemplate(let template):
      var table = Table(minimumWidth: minimumWidth)
      let names = JSONObject(headers.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
      let header = FormatRow(fields: names, methods: ["Label": { $0.first ?? .null }])
      table.add(Self.cells(try template.render(header.context(typeName))))
      for row in rows { table.add(Self.cells(try template.render(row.context(typeName)))) }
      return table.text
    }
  }

  private static func cells(_ line: String) -> [String] {
    line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
}
