/// A stretch of a parsed template.
indirect enum Node: Sendable {
  case text(String)
  case action(Pipeline, offset: Int)
  case branch(Branch)
  case call(TemplateCall)
  case `break`
  case `continue`

  /// `if`, `with` or `range`.
  struct Branch: Sendable {
    let kind: Token.Keyword
    let pipeline: Pipeline
    let body: [Node]
    /// nil where there is no `else`.
    let alternative: [Node]?
  }

  /// `{{template "name" pipeline}}`.
  struct TemplateCall: Sendable {
    let name: String
    let pipeline: Pipeline?
    let offset: Int

    var source: String {
      "{{template \(GoText.quoted(name))" + (pipeline.map { " " + $0.source } ?? "") + "}}"
    }
  }

  /// Whether it is white space only; such a definition gives way to another.
  var isBlank: Bool {
    if case .text(let text) = self { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) } else { false }
  }
}
