import Errors
import Glibc
import Linux
import LoopWire

/// Passes a terminal's output on to a fifo of containerd's client, or to a logger's pipe. A full one holds the
/// terminal back, as containerd's shim does; what is in a fifo waits there for the next reader.
final class PipeSink: OutputSink {
  private let loop: EventLoop
  private var output: FileDescriptor?
  /// A fifo's read end: held, so that a client that goes does not end the output.
  private var hold: FileDescriptor?
  private var pending: [UInt8] = []
  private var hasEnded = false
  var onRoom: (() -> Void)?

  init(loop: EventLoop, output: FileDescriptor, hold: FileDescriptor?) throws(GantryError) {
    self.loop = loop
    self.output = output
    self.hold = hold
    try output.setNonBlocking(true)
  }

  var isBlocked: Bool { !pending.isEmpty }
  var isDrained: Bool { pending.isEmpty }

  func write(_ bytes: UnsafeRawBufferPointer) {
    guard output != nil else { return }
    let wasEmpty = pending.isEmpty
    pending.append(contentsOf: bytes)
    if wasEmpty { flush() }
  }

  func finish() {
    hasEnded = true
    if pending.isEmpty { close() }
  }

  /// Gives up on what a client does not take.
  func abandon() {
    pending = []
    close()
  }

  /// Writes what there is room for, and watches for room for the rest.
  private func flush() {
    guard let output else { return }
    var written = 0
    do throws(GantryError) {
      while written < pending.count {
        let start = written
        written += try retryingOnInterrupt("write") {
          pending.withUnsafeBytes { Glibc.write(output.number, $0.baseAddress?.advanced(by: start), $0.count - start) }
        }
      }
      pending = []
    } catch {
      guard error.errno == EAGAIN else { return abandon() }
      pending.removeSubrange(..<written)
      do throws(GantryError) {
        try loop.add(output, .writable) { [weak self] _ in self?.flushAgain() }
      } catch {
        abandon()
      }
    }
  }

  private func flushAgain() {
    guard let output else { return }
    loop.remove(output)
    flush()
    guard pending.isEmpty else { return }
    if hasEnded { close() }
    onRoom?()
  }

  private func close() {
    if let output { loop.remove(output) }
    output = nil
    hold = nil
  }
}
