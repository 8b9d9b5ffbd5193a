import Linux
import LoopWire

/// What the streams of all processes of a shim share.
final class IOContext {
  let loop: EventLoop
  let buffer = TransferBuffer()
  let reaper: ChildReaper
  let namespace: String
  /// Readers that have not got everything yet. They outlive their container: the shim stays until they are done.
  private(set) var readers: [AttachedReader] = []
  /// Called when the last of them has gone.
  var onReadersGone: (() -> Void)?

  init(loop: EventLoop, reaper: ChildReaper, namespace: String) {
    self.loop = loop
    self.reaper = reaper
    self.namespace = namespace
  }

  func keep(_ reader: AttachedReader) {
    readers.append(reader)
    reader.onGone = { [weak self, weak reader] in
      guard let self else { return }
      readers.removeAll { $0 === reader }
      if readers.isEmpty { onReadersGone?() }
    }
  }
}
