/// Digests and keys that a person has cut short.
package enum Abbreviation {
  private static let algorithm = "sha256:"

  /// The whole of a name whose beginning is given, with the digest's algorithm or without; what is no beginning of any
  /// comes back as it is, for the plugin to refuse.
  ///
  /// Only names of hexadecimal digits are meant: of other keys "a" is not short for "ab".
  ///
  /// - Parameter kind: what has the name, for messages: "snapshot".
  /// - Throws: `CommandFailure.local` where several begin so.
  package static func whole(
    _ text: String, among names: [String], kind: String
  ) throws(CommandFailure) -> String {
    guard !names.contains(text), isHex(text) else { return text }
    let found = names.filter { name in
      isHex(name) && (name.hasPrefix(text) || name.hasPrefix(algorithm + text))
    }
    guard let first = found.first else { return text }
    guard found.count == 1 else {
      throw .local("more than one \(kind) begins with \(text): \(found.sorted().joined(separator: ", "))")
    }
    return first
  }

  private static func isHex(_ name: String) -> Bool {
    let digits = name.hasPrefix(algorithm) ? name.dropFirst(algorithm.count) : name[...]
    return !digits.isEmpty && digits.allSatisfy(\.isHexDigit)
  }
}
