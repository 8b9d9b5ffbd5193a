import Errors
import Glibc
import Linux

/// Writing to what a client handed over: a file, or a pipe that perhaps does not block. Each of these blocks.
extension FileDescriptor {
  /// Writes all of `bytes`, waiting where there is no room.
  func writeWaiting(_ bytes: [UInt8]) throws(GantryError) {
    try bytes.withUnsafeBytes { buffer in Result { () throws(GantryError) in try writeWaiting(buffer) } }.get()
  }

  private func writeWaiting(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    var rest = bytes
    while !rest.isEmpty {
      do throws(GantryError) {
        rest = UnsafeRawBufferPointer(rebasing: rest[(try write(rest))...])
      } catch {
        guard error.errno == EAGAIN else { throw error.wrapped("the output") }
        var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, 1000)
      }
    }
  }

  /// Writes the first `size` bytes of a regular file.
  ///
  /// - Throws: `.dataLoss` where it has fewer.
  func copy(_ file: FileDescriptor, size: Int64) throws(GantryError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    var position: Int64 = 0
    while position < size {
      let wanted = Int(min(Int64(buffer.count), size - position))
      let offset = Int(position)
      let count = try retryingOnInterrupt("pread") { pread(file.number, buffer.baseAddress, wanted, offset) }
      guard count > 0 else { throw GantryError(.dataLoss, "a blob is shorter than it is noted to be") }
      try writeWaiting(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      position += Int64(count)
    }
  }
}
