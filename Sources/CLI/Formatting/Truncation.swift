/// Long words cut short, as tables show them.
package enum Truncation {
  /// The first 12 digits of an id, without the algorithm before them.
  package static func id(_ id: String) -> String {
    let digits = id.firstIndex(of: ":").map { id[id.index(after: $0)...] } ?? id[...]
    return String(digits.prefix(12))
  }

  /// At most `width` characters; what is cut ends in "…".
  package static func ellipsis(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : String(text.prefix(width - 1)) + "…"
  }
}
