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

  /// The rows as this format shows them.
  ///
  /// - Parameters:
  ///   - columns: fields of the plain table, in order.
  ///   - headers: a field's header in the tables.
  ///   - typeName: what a template's error calls a row.
  /// - Throws: `CommandFailure.usage` about a field there is none of.
  package func text(
    _ rows: [FormatRow], columns: [String], headers: [String: String], typeName: String, minimumWidth: Int = 10
  ) throws(CommandFailure) -> String {
    let template: Template
    switch self {
    case .table: template = try .parsing(columns.map { "{{.\($0)}}" }.joined(separator: "\t"))
    case .tableTemplate(let columns): template = columns
    case .template(let line): return try Self.lines(rows, line, typeName)
    }
    let lines = try Self.lines(rows, template, typeName)
    // Docker leaves a header that cannot be made where it broke off.
    let header = template.outcome(FormatRow.header(headers), functions: .header).output
    return TabbedText.aligned("\(header)\n\(lines)", minimumWidth: minimumWidth)
  }

  private static func lines(
    _ rows: [FormatRow], _ template: Template, _ typeName: String
  ) throws(CommandFailure) -> String {
    var text = ""
    for row in rows { text += try template.rendering(row.value(typeName)) + "\n" }
    return text
  }
}
