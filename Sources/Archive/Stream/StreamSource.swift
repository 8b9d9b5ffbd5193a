import Errors
import Glibc
import Linux

/// The bytes of a file or a pipe from the beginning, one after the other. A file's own position is left alone.
///
/// Unchecked: one thread at a time uses it, first the one that makes it, then the one that decompresses.
final class StreamSource: @unchecked Sendable {
  private let file: FileDescriptor
  private let isSeekable: Bool
  private var offset: Int64 = 0
  /// The first bytes of a pipe, read to tell the compression and not yet given out.
  private var head: ArraySlice<UInt8> = []

  /// How the bytes are compressed.
  let compression: Compression

  private static let magicLength = 6

  /// - Throws: `GantryError` from pread(2) or read(2).
  init(_ file: FileDescriptor) throws(GantryError) {
    self.file = file
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(file.number, &status) }
    isSeekable = status.st_mode & S_IFMT == S_IFREG
    guard !isSeekable else {
      compression = try Compression(of: file)
      return
    }
    var magic = [UInt8](repeating: 0, count: Self.magicLength)
    var count = 0
    while count < magic.count {
      let start = count
      let read = try retryingOnInterrupt("read") {
        magic.withUnsafeMutableBytes { Glibc.read(file.number, $0.baseAddress?.advanced(by: start), $0.count - start) }
      }
      if read == 0 { break }
      count += read
    }
    head = magic[..<count]
    compression = Compression(magic: head)
  }

  /// The next bytes; 0 at the end.
  ///
  /// - Throws: `GantryError` from pread(2) or read(2).
  func read(into room: UnsafeMutableRawBufferPointer) throws(GantryError) -> Int {
    if !head.isEmpty {
      let count = min(head.count, room.count)
      room.copyBytes(from: head.prefix(count))
      head = head.dropFirst(count)
      return count
    }
    let (position, number) = (Int(offset), file.number)
    let count =
      isSeekable
      ? try retryingOnInterrupt("pread") { pread(number, room.baseAddress, room.count, position) }
      : try retryingOnInterrupt("read") { Glibc.read(number, room.baseAddress, room.count) }
    offset += Int64(count)
    return count
  }

  /// Takes what is left in a pipe, so that its writer is not stopped by bytes that mean nothing here.
  func drain() {
    guard !isSeekable else { return }
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while buffer.withUnsafeMutableBytes({ (try? read(into: $0)) ?? 0 }) > 0 {}
  }
}
