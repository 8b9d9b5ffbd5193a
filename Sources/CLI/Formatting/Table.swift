import Templates

/// Rows under each other in columns, spaced as Docker's tables are.
package struct Table {
  /// A column takes at least this many characters.
  private let minimumWidth: Int
  private var rows: [[String]] = []

  package init(minimumWidth: Int = 10) { self.minimumWidth = minimumWidth }

  package mutating func add(_ row: [String]) { rows.append(row) }

  /// The rows, a line each. All but a row's last cell are padded.
  package var text: String {
    TabbedText.aligned(rows.map { $0.joined(separator: "\t") + "\n" }.joined(), minimumWidth: minimumWidth)
  }
}
