/// Encoded entries on their way to the file. Its memory exists only while it is in use: a shim that has
/// nothing to write holds none.
final class LogBuffer {
  private let capacity: Int
  private var storage: UnsafeMutableRawBufferPointer?
  private(set) var count = 0

  init(capacity: Int) { self.capacity = capacity }

  deinit { release() }

  var bytes: UnsafeRawBufferPointer {
    guard let storage else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: storage[..<count])
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    write(atMost: bytes.count) { target in
      target.copyMemory(from: source, byteCount: bytes.count)
      return bytes.count
    }
  }

  @inline(__always)
  func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Lets `body` write at the end; it returns how much it wrote.
  @inline(__always)
  func write(atMost limit: Int, _ body: (UnsafeMutableRawPointer) -> Int) {
    let storage = self.storage ?? allocate()
    precondition(count + limit <= capacity, "the log buffer is written past its end")
    guard let base = storage.baseAddress else { return }
    count += body(base + count)
  }

  /// Takes off what was appended last.
  func removeLast(_ length: Int) -> [UInt8] {
    let removed = Array(bytes.suffix(length))
    count -= removed.count
    return removed
  }

  func removeAll() { count = 0 }

  func release() {
    storage?.deallocate()
    storage = nil
    count = 0
  }

  private func allocate() -> UnsafeMutableRawBufferPointer {
    let fresh = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    storage = fresh
    return fresh
  }
}
