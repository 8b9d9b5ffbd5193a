import Errors

/// The keys that let go of a container: each is one byte that a terminal sends.
package struct DetachKeys: Sendable, Equatable {
  package let bytes: [UInt8]

  /// ctrl-p, ctrl-q.
  package static let standard = DetachKeys(bytes: [16, 17])

  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads "ctrl-p,ctrl-q" or "a,b".
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package init(_ text: String) throws(GantryError) {
    var bytes: [UInt8] = []
    for key in text.split(separator: ",", omittingEmptySubsequences: false) {
      if key.utf8.count == 1, let byte = key.utf8.first {
        bytes.append(byte)
      } else if key.hasPrefix("ctrl-"), key.utf8.count == 6, let letter = key.utf8.last, let code = Self.control[letter]
      {
        bytes.append(code)
      } else {
        throw GantryError(.invalidArgument, "Unknown character: '\(key)'")
      }
    }
    self.bytes = bytes
  }

  private static let control: [UInt8: UInt8] = {
    var codes: [UInt8: UInt8] = [:]
    for letter in UInt8(ascii: "a")...UInt8(ascii: "z") { codes[letter] = letter - 96 }
    for (offset, sign) in "@[\\]^_".utf8.enumerated() { codes[sign] = offset == 0 ? 0 : UInt8(offset + 26) }
    return codes
  }()
}
