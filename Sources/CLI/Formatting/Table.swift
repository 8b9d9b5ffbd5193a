/// Rows under each other in columns, spaced as Docker's tables are.
package struct Table {
  /// A column takes at least this many characters.
  private let minimumWidth: Int
  private var rows: [[String]] = []

  package init(minimumWidth: Int = 10) { self.minimumWidth = minimumWidth }

  package mutating func add(_ row: [String]) { rows.append(row) }

  /// The rows, a line each. All but a row's last cell are padded.
  package var text: String {
    let columns = rows.map(\.count).max() ?? 0
    var widths = [Int](repeating: minimumWidth, count: columns)
    for row in rows {
      for (column, cell) in row.dropLast().enumerated() { widths[column] = max(widths[column], cell.count + 3) }
    }
    return rows.reduce(into: "") { text, row in
      for (column, cell) in row.enumerated() {
        text += cell
        if column < row.count - 1 { text += String(repeating: " ", count: widths[column] - cell.count) }
      }
      text += "\n"
    }
  }
}
