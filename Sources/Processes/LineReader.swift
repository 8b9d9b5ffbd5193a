import CLinux
import Errors
import Glibc
import Linux
import Synchronization

/// Hands on what a child writes to a pipe, line by line, until the end of it.
package final class LineReader: Sendable {
  private struct State {
    var partial: [UInt8] = []
    var last = ""
  }

  private let pipe: FileDescriptor
  private let state = Mutex(State())
  private let onLine: @Sendable (String) -> Void

  /// A longer line is cut into pieces of this many bytes.
  private static let longestLine = 4096

  /// Starts reading; the reader lives until the pipe's end.
  ///
  /// - Parameter onLine: called on the watcher's thread, without the line break.
  package static func start(_ pipe: FileDescriptor, onLine: @escaping @Sendable (String) -> Void) throws(GantryError)
    -> LineReader
  {
    try pipe.setNonBlocking(true)
    let reader = LineReader(pipe, onLine)
    try ReadinessWatcher.shared().watch(pipe) { reader.read() == .end ? .stop : .keep }
    return reader
  }

  private init(_ pipe: FileDescriptor, _ onLine: @escaping @Sendable (String) -> Void) {
    self.pipe = pipe
    self.onLine = onLine
  }

  /// The last line that was not empty; "" where there was none. What has come and was not read yet counts: whoever wrote it may
  /// have ended before the watcher's thread had its turn.
  package func lastLine() -> String {
    // As often as empties the largest pipe; one that is written to without end would hold up the caller else.
    for _ in 0..<256 {
      let progress = read()
      if progress == .nothing || progress == .end { break }
    }
    return state.withLock { $0.last }
  }

  /// The last line as the end of a sentence about whoever wrote it, ": line"; "" where there was none.
  package func lastWords() -> String {
    let line = lastLine()
    return line.isEmpty ? "" : ": \(line)"
  }

  private enum Progress { case more, nothing, interrupted, end }

  private func read() -> Progress {
    // Under the lock, so that two that read take their bytes in the pipe's order.
    let (progress, lines) = state.withLock { state -> (Progress, [String]) in
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = Glibc.read(pipe.number, &buffer, buffer.count)
      guard count >= 0 else {
        let code = gantry_errno()
        return (code == EAGAIN ? .nothing : code == EINTR ? .interrupted : .end, [])
      }
      return (count == 0 ? .end : .more, take(buffer[..<count], atEnd: count == 0, &state))
    }
    for line in lines { onLine(line) }
    return progress
  }

  /// The text with control characters as "\x1b" and what is no UTF-8 as U+FFFD: a line goes to logs and terminals, and
  /// what wrote it may be anything.
  package static func printable(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
      // 0x80 to 0x9f are control characters of eight bits, which some terminals heed.
      guard scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) else {
        text.unicodeScalars.append(scalar)
        return
      }
      let digits = String(scalar.value, radix: 16)
      text += "\\x" + (digits.count < 2 ? "0" : "") + digits
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>, atEnd: Bool, _ state: inout State) -> [String] {
    var lines: [String] = []
    func finishLine() {
      let line = Self.printable(state.partial)
      state.partial.removeAll(keepingCapacity: true)
      guard !line.isEmpty else { return }
      state.last = line
      lines.append(line)
    }
    for byte in bytes {
      if byte == 0x0A || state.partial.count >= Self.longestLine { finishLine() }
      if byte != 0x0A { state.partial.append(byte) }
    }
    if atEnd { finishLine() }
    return lines
  }
}
