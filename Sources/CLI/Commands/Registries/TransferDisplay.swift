import Glibc
import Linux
import Messages

/// A pull or a push as Docker shows it: on a terminal a live line for each layer, elsewhere a line for each step.
///
/// Not thread-safe: one task tells it what happens.
package final class TransferDisplay {
  private let output: FileDescriptor
  private let isTerminal: Bool
  private let columns: Int
  /// Lines that are still live, by id, from the top.
  private var lines: [String: Int] = [:]
  /// What each line says, so that nothing is written twice.
  private var texts: [String: String] = [:]

  package init(_ output: FileDescriptor) {
    self.output = output
    isTerminal = isatty(output.number) == 1
    columns = Console.windowSize(of: output).map { Int($0.columns) } ?? 200
  }

  /// Shows a step.
  package func show(_ step: GantryEngineV1.TransferProgress) {
    // A line of its own ends the live ones above it.
    guard !step.id.isEmpty, !step.status.hasPrefix("Pulling from ") else {
      lines = [:]
      texts = [:]
      return write((step.id.isEmpty ? "" : "\(step.id): ") + step.status + "\n")
    }
    let bar = Self.bar(step, columns: columns)
    let text = isTerminal ? "\(step.id): \(step.status) \(bar)" : "\(step.id): \(step.status)"
    guard texts[step.id] != text, isTerminal || bar.isEmpty else { return }
    texts[step.id] = text
    guard isTerminal else { return write(text + "\n") }
    var written = ""
    let place: Int
    if let known = lines[step.id] {
      place = known
    } else {
      place = lines.count
      lines[step.id] = place
      written += "\n"
    }
    let up = lines.count - place
    written += "\u{1B}[\(up)A\u{1B}[2K\r\(text)\r\u{1B}[\(up)B"
    write(written)
  }

  /// Docker's bar and numbers; "" where there is nothing to count.
  package static func bar(_ step: GantryEngineV1.TransferProgress, columns: Int) -> String {
    guard step.current > 0 || step.total > 0 else { return "" }
    func padded(_ text: String) -> String { String(repeating: " ", count: max(0, 8 - text.count)) + text }
    let current = padded(HumanSize.decimal(Double(step.current)))
    guard step.total > 0 else { return current }
    let half = min(50, Int(Double(step.current) / Double(step.total) * 100) / 2)
    let box =
      columns > 110
      ? "[" + String(repeating: "=", count: half) + ">" + String(repeating: " ", count: 50 - half) + "]  " : ""
    return box + (step.current > step.total ? current : "\(current)/\(HumanSize.decimal(Double(step.total)))")
  }

  private func write(_ text: String) { try? output.writeAll(Array(text.utf8)) }
}
