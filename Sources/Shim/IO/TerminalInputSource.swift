import Errors
import Glibc
import Linux
import LoopWire

/// One who types: a socket that was handed out, or a fifo of containerd's client.
final class TerminalInputSource {
  private let loop: EventLoop
  private var descriptor: FileDescriptor?
  /// A fifo's write end: while it is held, a client that goes does not end the input.
  private var hold: FileDescriptor?
  private weak var input: TerminalInput?
  private var isWatched = false
  var onEnd: (() -> Void)?

  init(loop: EventLoop, descriptor: FileDescriptor, hold: FileDescriptor?, input: TerminalInput) {
    self.loop = loop
    self.descriptor = descriptor
    self.hold = hold
    self.input = input
  }

  func releaseHold() { hold = nil }

  /// Reads, or reads on.
  ///
  /// - Throws: `GantryError` where the descriptor cannot be watched.
  func resume() throws(GantryError) {
    guard let descriptor, !isWatched else { return }
    try descriptor.setNonBlocking(true)
    try loop.add(descriptor, .readable) { [weak self] _ in self?.read() }
    isWatched = true
  }

  func close() {
    pause()
    descriptor = nil
    hold = nil
    let callback = onEnd
    onEnd = nil
    callback?()
  }

  private func pause() {
    if let descriptor, isWatched { loop.remove(descriptor) }
    isWatched = false
  }

  private func read() {
    guard let descriptor, let input else { return close() }
    var bytes = [UInt8](repeating: 0, count: 4096)
    do throws(GantryError) {
      let count = try retryingOnInterrupt("read") { Glibc.read(descriptor.number, &bytes, bytes.count) }
      guard count > 0 else { return close() }
      input.write(bytes[..<count])
      if input.isFull { pause() }
    } catch {
      if error.errno != EAGAIN { close() }
    }
  }
}
