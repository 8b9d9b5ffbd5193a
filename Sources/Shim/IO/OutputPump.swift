import Errors
import Glibc
import Linux
import LoopWire

/// Copies what a process writes, from its pipe or terminal, to sinks: first to the log, then to everyone else.
///
/// It reads on unless a sink asks it to wait. The end of a pipe is the end of file, that of a terminal EIO.
final class OutputPump {
  /// Full buffers that are copied before other descriptors get their turn.
  private static let turnsInARow = 4
  /// Reads that empty any pipe or terminal; whoever still writes is not followed for ever.
  private static let readsToEmpty = 4096

  private let loop: EventLoop
  private let buffer: TransferBuffer
  /// nil when the output has ended.
  private(set) var source: FileDescriptor?
  private(set) var sinks: [any OutputSink]
  private var isPaused = false

  init(loop: EventLoop, buffer: TransferBuffer, source: FileDescriptor, sinks: [any OutputSink]) throws(GantryError) {
    self.loop = loop
    self.buffer = buffer
    self.source = source
    self.sinks = []
    try source.setNonBlocking(true)
    for sink in sinks { add(sink) }
    try watch(source)
  }

  private func watch(_ source: FileDescriptor) throws(GantryError) {
    try loop.add(source, .readable) { [weak self] _ in
      guard let self else { return }
      for _ in 0..<Self.turnsInARow {
        guard case .full = readOnce() else { return }
      }
    }
  }

  /// Whether the output has ended.
  var hasEnded: Bool { source == nil }

  /// Adds a sink for what is read from now on; one that comes after the end is finished at once.
  func add(_ sink: any OutputSink) {
    if hasEnded {
      sink.finish()
      if sink.isDrained { return }
    }
    sink.onRoom = { [weak self] in self?.resume() }
    sinks.append(sink)
  }

  /// Takes what is there without waiting, then stops for good: whoever still holds the other end is not heard any more.
  func finish() {
    for _ in 0..<Self.readsToEmpty {
      switch readOnce() {
      case .full, .short: continue
      case .nothing: return end()
      }
    }
    end()
  }

  private enum Reading {
    case full
    case short
    case nothing
  }

  private func readOnce() -> Reading {
    guard let source, !isPaused else { return .nothing }
    let bytes = buffer.bytes
    let count: Int
    do throws(GantryError) {
      count = try source.read(into: bytes)
    } catch {
      if error.errno != EAGAIN { end() }
      return .nothing
    }
    guard count > 0 else {
      end()
      return .nothing
    }
    buffer.use(count)
    let chunk = UnsafeRawBufferPointer(rebasing: bytes[..<count])
    for sink in sinks { sink.write(chunk) }
    if count < bytes.count {
      buffer.release()
      for sink in sinks { sink.pause() }
    }
    if sinks.contains(where: \.isBlocked) {
      // Not merely without interest: the end of the other side would be told over and over.
      isPaused = true
      loop.remove(source)
      return .nothing
    }
    return count < bytes.count ? .short : .full
  }

  private func resume() {
    guard isPaused, let source, !sinks.contains(where: \.isBlocked) else { return }
    isPaused = false
    do throws(GantryError) { try watch(source) } catch { end() }
  }

  private func end() {
    guard let source else { return }
    loop.remove(source)
    self.source = nil
    buffer.release()
    for sink in sinks { sink.finish() }
    sinks.removeAll(where: \.isDrained)
  }
}
