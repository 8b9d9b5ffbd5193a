/// The grammar of image references, rule by rule, over ASCII bytes.
///
/// - SeeAlso: <https://github.com/distribution/reference/blob/main/regexp.go>
enum ReferenceGrammar {
  /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`, several joined by `/`.
  static func isPath(_ text: Substring) -> Bool {
    text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy(isPathComponent)
  }

  private static func isPathComponent(_ component: Substring.UTF8View.SubSequence) -> Bool {
    var bytes = component[...]
    guard takeAlphanumerics(&bytes) else { return false }
    while let separator = bytes.first {
      switch separator {
      case UInt8(ascii: "."): bytes = bytes.dropFirst()
      case UInt8(ascii: "_"):
        bytes = bytes.dropFirst()
        if bytes.first == UInt8(ascii: "_") { bytes = bytes.dropFirst() }
      case UInt8(ascii: "-"): bytes = bytes.drop { $0 == UInt8(ascii: "-") }
      default: return false
      }
      guard takeAlphanumerics(&bytes) else { return false }
    }
    return true
  }

  private static func takeAlphanumerics(_ bytes: inout Substring.UTF8View.SubSequence) -> Bool {
    let rest = bytes.drop { isDigit($0) || isLowercase($0) }
    defer { bytes = rest }
    return rest.startIndex != bytes.startIndex
  }

  /// A host name or address, with a port where there is one.
  static func isDomain(_ text: Substring) -> Bool {
    var host = text.utf8[...]
    if host.first == UInt8(ascii: "[") {
      guard let end = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
      let address = host[host.index(after: host.startIndex)..<end]
      guard !address.isEmpty, address.allSatisfy({ isHex($0) || $0 == UInt8(ascii: ":") }) else { return false }
      let rest = host[host.index(after: end)...]
      return rest.isEmpty || (rest.first == UInt8(ascii: ":") && isPort(rest.dropFirst()))
    }
    if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
      guard isPort(host[host.index(after: colon)...]) else { return false }
      host = host[..<colon]
    }
    return host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { component in
      guard let first = component.first, let last = component.last else { return false }
      return isAlphanumeric(first) && isAlphanumeric(last)
        && component.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  /// `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
  static func isTag(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
    return (isAlphanumeric(first) || first == UInt8(ascii: "_"))
      && text.utf8.allSatisfy {
        isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
      }
  }

  private static func isPort(_ bytes: Substring.UTF8View.SubSequence) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLowercase(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLowercase(byte) || (0x41...0x5A).contains(byte)
  }
  static func isHex(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }
}
