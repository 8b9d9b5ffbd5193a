/// The parts of an image's name as it is stored: "repository:tag" or "repository@digest".
package enum ImageName {
  /// What comes before the tag or the digest.
  package static func repository(_ name: String) -> String { split(name).repository }

  /// - Returns: what follows the repository, without its sign; "" where nothing does.
  package static func split(_ name: String) -> (repository: String, rest: String) {
    if let at = name.firstIndex(of: "@") { return (String(name[..<at]), String(name[name.index(after: at)...])) }
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return (name, "") }
    return (String(name[..<colon]), String(name[name.index(after: colon)...]))
  }
}
