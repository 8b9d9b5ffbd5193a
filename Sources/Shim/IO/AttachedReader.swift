import Errors
import Glibc
import Linux
import LoopWire

/// One who follows a process's output through a pipe or socket: gets every byte, however slowly it reads, and
/// never holds the process back. What does not fit its pipe waits in a spill file.
package final class AttachedReader: OutputSink {
  /// A reader further behind than this is cut off.
  package static let defaultLimit: Int64 = 1 << 30

  private let loop: EventLoop
  private let spillDirectory: FileDescriptor?
  private let limit: Int64
  private var output: FileDescriptor?
  private var spill: SpillFile?
  private var hasEnded = false
  /// Whether this one only writes, and is told of nothing but the end.
  var discards = false
  /// Called once, when the reader has gone, has been cut off, or has got everything.
  package var onGone: (() -> Void)?

  package init(
    loop: EventLoop, output: FileDescriptor, spillDirectory: FileDescriptor?,
    limit: Int64 = AttachedReader.defaultLimit
  ) throws(GantryError) {
    self.loop = loop
    self.output = output
    self.spillDirectory = spillDirectory
    self.limit = limit
    try output.setNonBlocking(true)
    // Without interest: only that the other end is gone is told.
    try loop.add(output, []) { [weak self] readiness in self?.handle(readiness) }
  }

  package var isDrained: Bool { output == nil || (spill == nil && hasEnded) }

  package func write(_ bytes: UnsafeRawBufferPointer) {
    guard let output, !discards else { return }
    var rest = bytes
    if spill == nil {
      do throws(GantryError) {
        while rest.count > 0 {
          let count = try output.write(rest)
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return
      } catch {
        guard error.errno == EAGAIN else { return close() }
      }
    }
    do throws(GantryError) {
      try putAside(rest)
    } catch {
      close()
    }
  }

  package func finish() {
    hasEnded = true
    if spill == nil { close() }
  }

  private func putAside(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    guard let output else { return }
    if spill == nil {
      guard let spillDirectory else {
        throw GantryError(.failedPrecondition, "there is no place for what a slow reader has not read")
      }
      spill = try SpillFile(directory: spillDirectory)
      try loop.modify(output, .writable)
    }
    guard let spill, spill.unreadBytes + Int64(bytes.count) <= limit else { return close() }
    try spill.append(bytes)
  }

  private func handle(_ readiness: Readiness) {
    if !readiness.isDisjoint(with: [.error, .hangUp]) { return close() }
    if readiness.contains(.writable) { drain() }
  }

  private func drain() {
    guard let output, let spill else { return }
    // A chunk of its own: the shared buffer may hold bytes that are being handed round just now.
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: TransferBuffer.size, alignment: 4096)
    defer { chunk.deallocate() }
    do throws(GantryError) {
      while spill.unreadBytes > 0 {
        let bytes = try spill.peek(into: chunk)
        guard bytes.count > 0 else { return close() }
        spill.consume(try output.write(bytes))
      }
      self.spill = nil
      if hasEnded { close() } else { try loop.modify(output, []) }
    } catch {
      if error.errno != EAGAIN { close() }
    }
  }

  private func close() {
    guard let output else { return }
    loop.remove(output)
    // A terminal's socket has a second descriptor for input; its peer must see the end all the same.
    if hasEnded { _ = shutdown(output.number, Int32(SHUT_RDWR)) }
    self.output = nil
    spill = nil
    let callback = onGone
    onGone = nil
    callback?()
  }
}
