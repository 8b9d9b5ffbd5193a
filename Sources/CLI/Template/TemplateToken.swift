/// A word inside an action, and where in the template it starts.
package struct TemplateToken: Sendable {
  package enum Kind: Sendable, Equatable {
    case field(String)
    case dot
    case word(String)
    case string(String)
    case integer(Int64)
    case pipe
    case open
    case close
  }

  package let kind: Kind
  /// In bytes from the template's beginning.
  package let offset: Int
  package let text: String
  /// Whether white space comes before it; a field that follows without any goes on with a path.
  package let followsSpace: Bool
}
