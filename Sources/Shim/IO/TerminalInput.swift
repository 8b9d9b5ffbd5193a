import Errors
import Glibc
import Linux
import LoopWire

/// Writes what people type to a terminal, and holds them back while it takes no more.
final class TerminalInput {
  private let loop: EventLoop
  private let terminal: FileDescriptor
  private var pending: [UInt8] = []
  private var sources: [TerminalInputSource] = []

  /// - Parameter master: the terminal; a descriptor of its own is made from it, so that the loop can watch for room
  ///   apart from output.
  init(loop: EventLoop, master: FileDescriptor) throws(GantryError) {
    self.loop = loop
    terminal = try master.duplicate()
  }

  /// Takes input from a socket or fifo until its end.
  ///
  /// - Parameter hold: is kept open as long as the source, or until its `releaseHold()`.
  @discardableResult
  func connect(
    _ descriptor: FileDescriptor, hold: FileDescriptor? = nil
  ) throws(GantryError) -> TerminalInputSource {
    let source = TerminalInputSource(loop: loop, descriptor: descriptor, hold: hold, input: self)
    source.onEnd = { [weak self, weak source] in self?.sources.removeAll { $0 === source } }
    try source.resume()
    sources.append(source)
    return source
  }

  var isFull: Bool { !pending.isEmpty }

  func write(_ bytes: some Sequence<UInt8>) {
    let wasFull = isFull
    pending.append(contentsOf: bytes)
    if !wasFull { flush() }
  }

  func close() {
    if isFull { loop.remove(terminal) }
    pending = []
    for source in sources { source.close() }
    sources = []
  }

  private func flush() {
    do throws(GantryError) {
      let count = try retryingOnInterrupt("write") {
        pending.withUnsafeBytes { Glibc.write(terminal.number, $0.baseAddress, $0.count) }
      }
      pending.removeSubrange(..<count)
    } catch {
      if error.errno != EAGAIN { pending = [] }
    }
    guard isFull else { return }
    do throws(GantryError) {
      try loop.add(terminal, .writable) { [weak self] _ in self?.flushAgain() }
    } catch {
      pending = []
    }
  }

  private func flushAgain() {
    loop.remove(terminal)
    flush()
    guard !isFull else { return }
    for source in sources {
      do throws(GantryError) { try source.resume() } catch { source.close() }
    }
  }
}
