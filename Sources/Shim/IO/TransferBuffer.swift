import CLinux
import Glibc

/// The memory through which bytes are copied, one for the whole shim. Its pages exist only while bytes flow: a shim
/// whose container is silent holds one.
final class TransferBuffer {
  static let size = 64 << 10
  private static let page = 4096

  let bytes: UnsafeMutableRawBufferPointer
  private var touched = 0

  init() {
    let address = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if let address, address != UnsafeMutableRawPointer(bitPattern: -1) {
      bytes = UnsafeMutableRawBufferPointer(start: address, count: Self.size)
    } else {
      // Only when memory is out altogether; then allocating reports it as the language does.
      bytes = .allocate(byteCount: Self.size, alignment: Self.page)
    }
  }

  /// Notes that the first `count` bytes were used.
  func use(_ count: Int) { touched = max(touched, count) }

  /// Gives pages back. The content is lost.
  func release() {
    guard touched > Self.page else { return }
    _ = madvise(bytes.baseAddress, Self.size, Int32(MADV_DONTNEED))
    touched = 0
  }
}
