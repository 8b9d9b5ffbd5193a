/// Long words cut short, as tables show them.
package enum Truncation {
  /// The first 12 digits of an id, without the algorithm before them.
  package static func id(_ id: String) -> String {
    let digits = id.utf8.firstIndex(of: UInt8(ascii: ":")).map { id[id.utf8.index(after: $0)...] } ?? id[...]
    // What ends within a character is no id, but it is not torn.
    return String(digits.utf8.prefix(12)) ?? String(digits.prefix(12))
  }

  /// At most `width` characters; what is cut ends in "…".
  package static func ellipsis(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : String(text.prefix(width - 1)) + "…"
  }
}
