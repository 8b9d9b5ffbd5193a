/// Identifiers of 64 hexadecimal digits, and the short form that tables show.
package enum HexID {
  private static let digits = Array("0123456789abcdef".utf8)

  /// A new one from the kernel's random numbers. It never consists of decimal digits alone in its short
  /// form, so that nobody's script takes it for a number.
  package static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    while true {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(64)
      for _ in 0..<4 {
        var word = generator.next()
        for _ in 0..<16 {
          bytes.append(digits[Int(word & 15)])
          word >>= 4
        }
      }
      if bytes.prefix(12).contains(where: { $0 > UInt8(ascii: "9") }) { return String(decoding: bytes, as: UTF8.self) }
    }
  }

  /// The first 12 digits, without "sha256:".
  package static func short(_ id: String) -> String {
    let hex = id.hasPrefix("sha256:") ? id.dropFirst(7) : id[...]
    return String(hex.prefix(12))
  }

  /// Whether the text could be the beginning of an identifier.
  package static func isPrefix(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 && text.utf8.allSatisfy { digits.contains($0) }
  }

  /// Whether the text is "sha256:" and 64 hexadecimal digits: safe as a file's name, too.
  package static func isDigest(_ text: String) -> Bool {
    text.utf8.count == 71 && text.hasPrefix("sha256:") && isPrefix(text.dropFirst(7))
  }
}
