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
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try retryingOnInterrupt("read") { Glibc.read(number, &chunk, chunk.count) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      if bytes.count > limit {
        throw GantryError(.resourceExhausted, "file is larger than \(limit) bytes; that is more than is read at once")
      }
    }
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
