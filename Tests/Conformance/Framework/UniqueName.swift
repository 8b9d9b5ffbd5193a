/// Names that nothing else has, so that a suite can be run twice on one plugin.
enum UniqueName {
  static func make(_ word: String) -> String { "conformance-\(word)-\(hexadecimal(digits: 12))" }

  /// An id as containers, networks and endpoints have it.
  static func id() -> String { hexadecimal(digits: 64) }

  private static func hexadecimal(digits: Int) -> String {
    var text = ""
    while text.count < digits { text += String(UInt64.random(in: 0 ... .max), radix: 16) }
    return String(text.prefix(digits))
  }
}
