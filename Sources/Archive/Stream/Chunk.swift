/// A piece of a stream: filled by one thread, then read by others.
final class Chunk: @unchecked Sendable {
  // Unchecked because the pointer is written only before the chunk is handed on, and never after.
  let buffer: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  static let capacity = 256 << 10

  init() { buffer = .allocate(byteCount: Self.capacity, alignment: 4096) }

  deinit { buffer.deallocate() }

  var isFull: Bool { count == Self.capacity }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<count]) }

  /// Room that is left; `advance(by:)` says how much of it was filled.
  var room: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: buffer[count...]) }

  func advance(by filled: Int) { count += filled }

  /// Takes as much of `source` as fits.
  ///
  /// - Returns: how much that is.
  func append(_ source: UnsafeRawBufferPointer) -> Int {
    let taken = min(source.count, Self.capacity - count)
    UnsafeMutableRawBufferPointer(rebasing: buffer[count..<count + taken])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<taken]))
    count += taken
    return taken
  }
}
