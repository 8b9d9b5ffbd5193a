import Glibc
import Linux
import Messages
import Synchronization

/// Progress of many things at once: a live line for each on a terminal, nothing elsewhere. As with Docker's load,
/// what is not a terminal has an error alone on its standard error.
package final class ProgressDisplay: Sendable {
  private struct Line {
    let id: String
    var text: String
  }

  private let output: FileDescriptor
  private let isTerminal: Bool
  private let lines = Mutex<[Line]>([])

  package init(_ output: FileDescriptor) {
    self.output = output
    isTerminal = isatty(output.number) == 1
  }

  /// Shows a step.
  package func show(_ step: GantryEngineV1.ImportProgress) {
    guard isTerminal else { return }
    let name = Self.shortened(step.id)
    var text = name.isEmpty ? step.status : "\(name): \(step.status)"
    if step.current > 0 { text += "  \(Self.amount(step))" }
    let written = lines.withLock { lines -> String? in
      guard let place = lines.firstIndex(where: { $0.id == step.id }) else {
        lines.append(Line(id: step.id, text: text))
        return text + "\n"
      }
      let isSame = lines[place].text == text
      lines[place].text = text
      let up = lines.count - place
      return isSame ? nil : "\u{1B}[\(up)A\r\u{1B}[K\(text)\u{1B}[\(up)B\r"
    }
    if let written { try? output.writeAll(Array(written.utf8)) }
  }

  /// Leaves the lines as they are.
  package func finish() { lines.withLock { $0.removeAll() } }

  /// "sha256:0123456789ab..." is shown with its first 12 digits.
  private static func shortened(_ id: String) -> String {
    id.split(separator: " ").map { word in
      word.hasPrefix("sha256:") ? Truncation.id(String(word)) : String(word)
    }.joined(separator: " ")
  }

  private static func amount(_ step: GantryEngineV1.ImportProgress) -> String {
    let current = HumanSize.decimal(Double(step.current))
    guard step.total > 0 else { return current }
    let width = 30
    let filled = min(width, Int(Double(step.current) / Double(step.total) * Double(width)))
    let bar = String(repeating: "=", count: filled) + ">" + String(repeating: " ", count: width - filled)
    return "[\(bar)] \(current)/\(HumanSize.decimal(Double(step.total)))"
  }
}
