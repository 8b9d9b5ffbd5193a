extension TransferFailure {
  /// What the other side said when it ended the handshake, in Go's words, which people search for (RFC 8446, section 6.2).
  struct Alert {
    let words: String
    /// Whether it is about the certificate of this side, or the lack of it.
    let isAboutIdentity: Bool

    /// - Parameter words: libcurl's, with OpenSSL's error in them: `error:0A000412:SSL routines::...` is alert 0x412 - 1000.
    init?(in words: String) {
      let mark = "error:0A000"
      guard let range = words.firstRange(of: mark), let reason = Int(words[range.upperBound...].prefix(3), radix: 16),
        let meaning = Self.meanings[reason - 1000]
      else { return nil }
      self.words = "remote error: tls: \(meaning)"
      isAboutIdentity = Self.aboutIdentity.contains(reason - 1000)
    }

    private static let meanings = [
      40: "handshake failure", 42: "bad certificate", 43: "unsupported certificate", 44: "revoked certificate",
      45: "expired certificate", 46: "unknown certificate", 47: "illegal parameter",
      48: "unknown certificate authority", 49: "access denied", 50: "error decoding message",
      51: "error decrypting message", 70: "protocol version not supported", 71: "insufficient security level",
      80: "internal error", 112: "unrecognized name", 116: "certificate required", 120: "no application protocol",
    ]
    private static let aboutIdentity: Set = [42, 43, 44, 45, 46, 48, 49, 116]
  }
}
