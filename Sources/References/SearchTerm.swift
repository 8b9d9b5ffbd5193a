/// What a person searches for, and where: a term may begin with a registry's host.
public struct SearchTerm: Sendable, Equatable {
  /// `docker.io` where the term names none. Unlike in references, capitals make no host: they are words to search for.
  public let host: String
  public let words: String

  public init(_ text: String) {
    guard let slash = text.firstIndex(of: "/") else {
      (host, words) = (Reference.defaultDomain, text)
      return
    }
    let first = text[..<slash]
    guard first.contains(where: { $0 == "." || $0 == ":" }) || first == "localhost" else {
      (host, words) = (Reference.defaultDomain, text)
      return
    }
    host = first == "index.docker.io" ? Reference.defaultDomain : String(first)
    words = String(text[text.index(after: slash)...])
  }
}
