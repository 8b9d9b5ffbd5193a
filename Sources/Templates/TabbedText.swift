/// Text with tabs, lined up in columns as Docker's tables are (Go's text/tabwriter with minimum width 10, padding 3).
///
/// A cell ends at a tab; what follows a line's last tab belongs to no column. A column is made by lines under each other
/// that all have it, so lines without tabs start it anew.
///
/// - SeeAlso: <https://pkg.go.dev/text/tabwriter>
public struct TabbedText: Sendable {
  private static let padding = 3

  /// Lines up `text`.
  ///
  /// - Parameter minimumWidth: a column takes at least this many characters.
  public static func aligned(_ text: String, minimumWidth: Int = 10) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    align(&lines, 0..<lines.count, column: 0, minimumWidth)
    return lines.map { $0.joined() }.joined(separator: "\n")
  }

  private static func align(_ lines: inout [[String]], _ range: Range<Int>, column: Int, _ minimumWidth: Int) {
    var start = range.lowerBound
    while start < range.upperBound {
      guard column < lines[start].count - 1 else {
        start += 1
        continue
      }
      let end = lines[start..<range.upperBound].firstIndex { column >= $0.count - 1 } ?? range.upperBound
      let widest = lines[start..<end].map { $0[column].unicodeScalars.count }.max() ?? 0
      let width = max(minimumWidth, widest + padding)
      align(&lines, start..<end, column: column + 1, minimumWidth)
      for line in start..<end {
        let missing = width - lines[line][column].unicodeScalars.count
        lines[line][column] += String(repeating: " ", count: max(0, missing))
      }
      start = end
    }
  }
}
