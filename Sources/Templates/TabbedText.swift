/// Text with tabs, lined up in columns as Docker's tables are (Go's text/tabwriter with minimum width 10, padding 3).
///
/// A cell ends at a tab; what follows a line's last tab belongs to no column. A column is made by lines under each other
/// that all have it, so lines without tabs start it anew.
///
/// - SeeAlso: <https://pkg.go.dev/text/tabwriter>
public struct TabbedText: Sendable {
  private static let padding = 3

  /// A cell that a tab ends.
  private struct Cell {
    /// Where its tab stands.
    let end: Int
    /// In characters.
    let width: Int
    /// The column it is in, which one that is further down and shares no line with it is not.
    let column: Int
  }

  private let bytes: [UInt8]
  private var cells: [Cell] = []
  /// How wide each column is.
  private var widths: [Int] = []

  /// Lines up `text`.
  ///
  /// - Parameter minimumWidth: a column takes at least this many characters.
  public static func aligned(_ text: String, minimumWidth: Int = 10) -> String {
    var tabbed = TabbedText(bytes: Array(text.utf8))
    tabbed.measure(minimumWidth)
    return String(decoding: tabbed.aligned(), as: UTF8.self)
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func measure(_ minimumWidth: Int) {
    // Those that the line above has, from the left.
    var open: [Int] = []
    var place = 0
    var width = 0
    for (position, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "\t"):
        if place == open.count {
          open.append(widths.count)
          widths.append(minimumWidth)
        }
        let column = open[place]
        widths[column] = max(widths[column], width + Self.padding)
        cells.append(Cell(end: position, width: width, column: column))
        place += 1
        width = 0
      case UInt8(ascii: "\n"):
        open.removeLast(open.count - place)
        place = 0
        width = 0
      // Bytes that go on with a character count for nothing.
      default: if byte & 0xC0 != 0x80 { width += 1 }
      }
    }
  }

  private func aligned() -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count * 2)
    var start = 0
    for cell in cells {
      output += bytes[start..<cell.end]
      output += repeatElement(UInt8(ascii: " "), count: widths[cell.column] - cell.width)
      start = cell.end + 1
    }
    output += bytes[start...]
    return output
  }
}
