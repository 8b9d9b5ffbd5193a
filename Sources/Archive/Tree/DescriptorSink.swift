import Errors
import Glibc
import Linux

/// Writes to a descriptor of any kind: a file, a pipe, one that does not block.
final class DescriptorSink: ByteSink {
  private let output: FileDescriptor
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
  private var filled = 0
  /// Bytes taken so far.
  private(set) var count: Int64 = 0

  init(_ output: FileDescriptor) { self.output = output }

  deinit { buffer.deallocate() }

  func write(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    count += Int64(bytes.count)
    if bytes.count > buffer.count - filled { try flush() }
    guard bytes.count <= buffer.count else { return try writeThrough(bytes) }
    UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + bytes.count]).copyMemory(from: bytes)
    filled += bytes.count
  }

  /// Hands on what is still held back.
  func flush() throws(GantryError) {
    let rest = filled
    filled = 0
    try writeThrough(UnsafeRawBufferPointer(rebasing: buffer[..<rest]))
  }

  private func writeThrough(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    var rest = bytes
    while !rest.isEmpty {
      do throws(GantryError) {
        let written = try output.write(rest)
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      } catch {
        // A peer that is gone is no worker that is gone.
        guard error.errno != EPIPE else {
          throw GantryError(.aborted, "nobody reads what is written any more", cause: .error(error))
        }
        guard error.errno == EAGAIN else { throw error.wrapped("the output") }
        var wait = pollfd(fd: output.number, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, 1000)
      }
    }
  }
}
