/// Swift source under construction: lines at an indentation.
struct SourceText {
  private(set) var text = ""
  private var depth = 0

  mutating func line(_ line: String = "") {
    if !line.isEmpty { text += String(repeating: "  ", count: depth) + line }
    text += "\n"
  }

  mutating func block(_ opening: String, closing: String = "}", _ body: (inout SourceText) throws -> Void) rethrows {
    line(opening)
    depth += 1
    try body(&self)
    depth -= 1
    line(closing)
  }

  /// A doc comment; `otherwise` where the .proto has none.
  mutating func comment(_ text: String, otherwise: String) {
    let lines = (text.isEmpty ? otherwise : text).split(separator: "\n", omittingEmptySubsequences: false)
    for each in lines { line(each.isEmpty ? "///" : "/// \(each)") }
  }
}
