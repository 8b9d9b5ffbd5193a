import Errors

/// The form of an image's name; what it refers to is the engine's to know.
package enum ImageReference {
  /// Checks the form as Docker's client does before it asks.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package static func check(_ text: String) throws(GantryError) {
    var name = text[...]
    if let at = name.firstIndex(of: "@") { name = name[..<at] }
    let lastSlash = name.lastIndex(of: "/") ?? name.startIndex
    if let colon = name[lastSlash...].firstIndex(of: ":") {
      let tag = name[name.index(after: colon)...]
      guard !tag.isEmpty, tag.count <= 128, tag.allSatisfy({ isWord($0) || $0 == "." || $0 == "-" || $0 == "_" }) else {
        throw invalid
      }
      name = name[..<colon]
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, parts.allSatisfy({ !$0.isEmpty }) else { throw invalid }
    let hasDomain = parts.count > 1 && (parts[0].contains(".") || parts[0].contains(":") || parts[0] == "localhost")
    let path = hasDomain ? parts.dropFirst() : parts[...]
    guard path.allSatisfy({ $0.allSatisfy { isWord($0) || "._-".contains($0) } }) else { throw invalid }
    if path.contains(where: { $0.contains(where: \.isUppercase) }) {
      let whole = path.joined(separator: "/")
      let shown = parts.count == 1 ? "library/\(whole)" : whole
      throw GantryError(
        .invalidArgument, "invalid reference format: repository name (\(shown)) must be lowercase")
    }
    let endsWell = path.allSatisfy { part in
      part.first.map(isWord) == true && part.last.map(isWord) == true
    }
    guard endsWell else { throw invalid }
  }

  /// Whether a name says which image of the repository it means.
  package static func hasTagOrDigest(_ text: String) -> Bool { withoutTag(text) != text }

  /// The name of the repository alone.
  package static func withoutTag(_ text: String) -> String {
    let name = text.prefix { $0 != "@" }
    let lastSlash = name.lastIndex(of: "/") ?? name.startIndex
    guard let colon = name[lastSlash...].firstIndex(of: ":") else { return String(name) }
    return String(name[..<colon])
  }

  private static let invalid = GantryError(.invalidArgument, "invalid reference format")

  private static func isWord(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
  }
}
