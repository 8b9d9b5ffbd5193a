import CLinux
import Errors
import Glibc

extension FileDescriptor {
  /// Reads at most `buffer.count` bytes.
  ///
  /// - Returns: how many; 0 is end of file.
  /// - Throws: `GantryError` from read(2); errno is `EAGAIN` where a non-blocking read has nothing.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(GantryError) -> Int {
    try retryingOnInterrupt("read") { Glibc.read(number, buffer.baseAddress, buffer.count) }
  }

  /// Writes at most `buffer.count` bytes.
  ///
  /// - Returns: how many.
  /// - Throws: `GantryError` from write(2); errno is `EAGAIN` where a non-blocking write has no room.
  public func write(_ buffer: UnsafeRawBufferPointer) throws(GantryError) -> Int {
    try retryingOnInterrupt("write") { Glibc.write(number, buffer.baseAddress, buffer.count) }
  }

  /// Writes all of `bytes`, blocking as long as that takes.
  ///
  /// - Throws: `GantryError` from write(2).
  public func writeAll(_ bytes: [UInt8]) throws(GantryError) {
    var written = 0
    while written < bytes.count {
      let start = written
      written += try retryingOnInterrupt("write") {
        bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress?.advanced(by: start), $0.count - start) }
      }
    }
  }

  /// Reads to end of file, blocking as long as that takes.
  ///
  /// - Parameter limit: more bytes than this are an error, so that no stranger fills the memory.
  /// - Throws: `GantryError` from read(2), or `.resourceExhausted` past the limit.
  public func readAll(limit: Int = 64 << 20) throws(GantryError) -> [UInt8] {
    var bytes: [UInt8] = []
    var room = 8 << 10
    while true {
      let chunk = try readChunk(room)
      if chunk.isEmpty { return bytes }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      if bytes.count > limit {
        throw GantryError(.resourceExhausted, "file is larger than \(limit) bytes; that is more than is read at once")
      }
      room = min(room * 2, 1 << 20)
    }
  }

  /// Memory that nothing is read into is never touched: most files are small, and a new page costs more than reading one.
  private func readChunk(_ room: Int) throws(GantryError) -> [UInt8] {
    var failure: Int32 = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      var result: Int
      repeat {
        result = Glibc.read(number, buffer.baseAddress, buffer.count)
        failure = result < 0 ? gantry_errno() : 0
      } while failure == EINTR
      count = max(0, result)
    }
    guard failure == 0 else { throw .system("read", errno: failure) }
    return chunk
  }
}

extension FileDescriptor {
  /// Writes all of `bytes` at `offset`, blocking as long as that takes; the file's position stays.
  ///
  /// - Throws: `GantryError` from pwrite(2).
  public func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(GantryError) {
    var written = 0
    while written < bytes.count {
      let start = written
      written += try retryingOnInterrupt("pwrite") {
        pwrite(number, bytes.baseAddress?.advanced(by: start), bytes.count - start, Int(offset) + start)
      }
    }
  }
}

extension FileDescriptor {
  /// The size of the file in bytes.
  ///
  /// - Throws: `GantryError` from fstat(2).
  public func size() throws(GantryError) -> Int64 {
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(number, &status) }
    return Int64(status.st_size)
  }
}
