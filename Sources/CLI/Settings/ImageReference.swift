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
      guard isTag(tag) else { throw invalid }
      name = name[..<colon]
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, parts.allSatisfy({ !$0.isEmpty }) else { throw invalid }
    let looksLikeDomain = parts[0].contains(".") || parts[0].contains(":") || parts[0] == "localhost"
    // "a_b.c" looks like a host that no host can be; to Docker it begins a path.
    let hasDomain = parts.count > 1 && looksLikeDomain && (isDomain(parts[0]) || !isComponent(parts[0]))
    guard !hasDomain || isDomain(parts[0]) else { throw invalid }
    let path = hasDomain ? parts.dropFirst() : parts[...]
    guard path.allSatisfy({ $0.allSatisfy { isWord($0) || "._-".contains($0) } }) else { throw invalid }
    if path.contains(where: { $0.contains(where: \.isUppercase) }) {
      let whole = path.joined(separator: "/")
      let shown = parts.count == 1 ? "library/\(whole)" : whole
      throw GantryError(
        .invalidArgument, "invalid reference format: repository name (\(shown)) must be lowercase")
    }
    guard path.allSatisfy(isComponent) else { throw invalid }
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

  /// `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
  private static func isTag(_ text: Substring) -> Bool {
    guard let first = text.first, isWord(first) || first == "_" else { return false }
    return text.count <= 128 && text.allSatisfy { isWord($0) || "._-".contains($0) }
  }

  /// A host name or address, with a port where there is one.
  private static func isDomain(_ text: Substring) -> Bool {
    // What stands in brackets is the engine's to judge.
    if text.hasPrefix("[") { return true }
    let host = text.prefix { $0 != ":" }
    if host.endIndex < text.endIndex {
      let port = text[host.endIndex...].dropFirst()
      guard !port.isEmpty, port.allSatisfy({ $0.isASCII && $0.isNumber }) else { return false }
    }
    return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      isBetweenWords(label) && label.allSatisfy { isWord($0) || $0 == "-" }
    }
  }

  /// Words, with a dot, one or two underscores, or any number of hyphens between each two.
  private static func isComponent(_ text: Substring) -> Bool {
    let separators = text.split(whereSeparator: isWord)
    return isBetweenWords(text)
      && separators.allSatisfy { [".", "_", "__"].contains($0) || $0.allSatisfy { $0 == "-" } }
  }

  private static func isBetweenWords(_ text: Substring) -> Bool {
    text.first.map(isWord) == true && text.last.map(isWord) == true
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
  }
}
