/// The parts of an image's name as it is stored: "repository:tag" or "repository@digest".
package enum ImageName {
  /// What comes before the tag or the digest.
  package static func repository(_ name: String) -> String { split(name).repository }

  /// - Returns: what follows the repository, without its sign; "" where nothing does.
  package static func split(_ name: String) -> (repository: String, rest: String) {
    // By bytes, for a listing splits every name.
    let bytes = name.utf8
    if let at = bytes.firstIndex(of: UInt8(ascii: "@")) { return (String(name[..<at]), rest(of: name, after: at)) }
    guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), !bytes[colon...].contains(UInt8(ascii: "/")) else {
      return (name, "")
    }
    return (String(name[..<colon]), rest(of: name, after: colon))
  }

  private static func rest(of name: String, after sign: String.Index) -> String {
    String(name[name.utf8.index(after: sign)...])
  }
}
