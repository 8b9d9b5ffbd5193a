import Templates

/// What `--format` asks of a command that lists things.
package enum RowFormat: Sendable {
  case table
  /// Columns made by a template.
  case tableTemplate(Template)
  case template(Template)

  /// Reads the option's value; "" is the table.
  ///
  /// - Parameter raw: the template that "raw" stands for, where Docker's command has one.
  /// - Throws: `CommandFailure.usage` about a template that does not parse.
  package init(_ text: String, raw: String? = nil) throws(CommandFailure) {
    if text.isEmpty || text == "table" {
      self = .table
    } else if text == "raw", let raw {
      self = .template(try .parsing(raw))
    } else if text == "json" {
      self = .template(try .parsing("{{json .}}"))
    } else if text.hasPrefix("table") {
      self = .tableTemplate(try .parsing(Self.unescaped(text.dropFirst(5))))
    } else {
      self = .template(try .parsing(Self.unescaped(text[...])))
    }
  }

  /// Without spaces around it. Shells hand over `\t` as two characters.
  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var rest = text.drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
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

  /// Whether it is a table, plain or by a template.
  package var isTabbed: Bool { if case .template = self { false } else { true } }

  /// The rows as this format shows them.
  ///
  /// - Parameters:
  ///   - columns: fields of the plain table, in order; all rows have them.
  ///   - headers: a field's header in the tables.
  ///   - typeName: what a template's error calls a row.
  /// - Throws: `CommandFailure.usage` about a field there is none of.
  package func text(
    _ rows: [FormatRow], columns: [String], headers: [String: String], typeName: String, minimumWidth: Int = 10
  ) throws(CommandFailure) -> String {
    switch self {
    case .table:
      let cells = RowFields<FormatRow>(columns.map { column in (column, { $0.text(of: column) }) })
      return Self.table(rows, cells, columns, headers, minimumWidth: minimumWidth)
    case .tableTemplate(let template):
      let lines = try Self.lines(rows, template, typeName)
      // Docker leaves a header that cannot be made where it broke off.
      let header = template.outcome(FormatRow.header(headers), functions: .header).output
      return TabbedText.aligned("\(header)\n\(lines)", minimumWidth: minimumWidth)
    case .template(let line): return try Self.lines(rows, line, typeName)
    }
  }

  /// The same of elements whose fields are made as the format asks for them.
  package func text<Element>(
    _ elements: [Element], fields: RowFields<Element>, columns: [String], headers: [String: String], typeName: String
  ) throws(CommandFailure) -> String {
    guard isTable else {
      return try text(elements.map(fields.row), columns: columns, headers: headers, typeName: typeName)
    }
    return Self.table(elements, fields, columns, headers, minimumWidth: 10)
  }

  /// The plain table takes no template: filling one in takes most of the time of a listing of 500 rows.
  private static func table<Row>(
    _ rows: [Row], _ fields: RowFields<Row>, _ columns: [String], _ headers: [String: String], minimumWidth: Int
  ) -> String {
    var text = columns.map { headers[$0] ?? "" }.joined(separator: "\t") + "\n"
    let cells = columns.map { fields[$0] }
    for row in rows {
      for (place, cell) in cells.enumerated() {
        if place > 0 { text += "\t" }
        if let cell { text += cell(row) }
      }
      text += "\n"
    }
    return TabbedText.aligned(text, minimumWidth: minimumWidth)
  }

  private static func lines(
    _ rows: [FormatRow], _ template: Template, _ typeName: String
  ) throws(CommandFailure) -> String {
    var text = ""
    for row in rows { text += try template.rendering(row.value(typeName)) + "\n" }
    return text
  }
}
