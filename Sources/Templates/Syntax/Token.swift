/// A stretch of a template as the lexer cuts it.
struct Token: Equatable {
  enum Kind: Equatable {
    case error
    case bool, character, characterConstant, number, string, rawString
    case assign, declare, pipe, leftParenthesis, rightParenthesis, space
    case field, variable, identifier
    case leftDelimiter, rightDelimiter, text, end
    case keyword(Keyword)
  }

  /// Words that name no function. The cursor `.` is one, for it is quoted in messages as one.
  enum Keyword: String, CaseIterable {
    case block
    case `break`
    case `continue`
    case cursor = "."
    case define
    case `else`
    case end
    case `if`
    case `nil`
    case range
    case template
    case with
  }

  let kind: Kind
  /// As written, quotes and all; of an error, its message.
  let text: String
  /// The byte of the template where it starts.
  let offset: Int
  let line: Int

  /// As text/template shows it in messages (parse/lex.go, `item.String`).
  var description: String {
    switch kind {
    case .end: return "EOF"
    case .error: return text
    case .keyword: return "<\(text)>"
    default:
      let scalars = text.unicodeScalars
      guard text.utf8.count > 10 else { return GoText.quoted(text) }
      return GoText.quoted(String(String.UnicodeScalarView(scalars.prefix(10)))) + "..."
    }
  }
}
