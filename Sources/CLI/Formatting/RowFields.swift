/// The fields of a listing's rows by the names that `--format` knows. A field is made when it is asked for: of eleven, a
/// table of five columns makes five.
package struct RowFields<Element>: Sendable {
  /// What a field says of one element.
  package typealias Text = @Sendable (Element) -> String

  private let fields: [(name: String, text: Text)]

  package init(_ fields: [(String, Text)]) { self.fields = fields }

  /// nil where there is no such field.
  package subscript(name: String) -> Text? { fields.first { $0.name == name }?.text }

  /// All fields of one element, for a template to choose from.
  package func row(_ element: Element) -> FormatRow { FormatRow(fields.map { ($0.name, $0.text(element)) }) }
}
