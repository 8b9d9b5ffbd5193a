import CArchive
import Errors
import Glibc
import Linux

/// The entries of a tar in a decompressed stream, one after the other. Not thread-safe.
///
/// - SeeAlso: libarchive-formats(5); POSIX pax, GNU and old formats are read.
final class TarReader {
  private let stream: DecompressedStream
  private let handle: ArchiveHandle

  init(_ stream: DecompressedStream) throws(GantryError) {
    self.stream = stream
    // The chunk stays alive until the next one is asked for: libarchive reads from it in place.
    var current: Chunk?
    handle = try ArchiveHandle { () throws(GantryError) in
      current = try stream.next()
      return current?.bytes
    }
    try handle.check(archive_read_support_format_tar(handle.pointer))
    try handle.check(archive_read_support_format_empty(handle.pointer))
    do throws(GantryError) { try handle.open() } catch { throw Self.explained(error) }
  }

  /// The next entry; nil at the end of the archive.
  ///
  /// - Throws: `.invalidArgument` where this is no tar, or one that is damaged or ends too early.
  func next() throws(GantryError) -> TarEntry? {
    var entry: OpaquePointer?
    let status = archive_read_next_header(handle.pointer, &entry)
    if status == ARCHIVE_EOF { return nil }
    do throws(GantryError) { try handle.check(status) } catch { throw Self.explained(error) }
    return entry.map { TarEntry($0) }
  }

  /// Hands out the data of the present entry piece by piece; what lies between is holes.
  ///
  /// - Throws: as `next()`, and what `body` throws.
  func data(_ body: (_ bytes: UnsafeRawBufferPointer, _ offset: Int64) throws(GantryError) -> Void) throws(GantryError)
  {
    while true {
      var block: UnsafeRawPointer?
      var count = 0
      var offset: Int64 = 0
      let status = archive_read_data_block(handle.pointer, &block, &count, &offset)
      if status == ARCHIVE_EOF { return }
      do throws(GantryError) { try handle.check(status) } catch { throw Self.explained(error) }
      if count > 0 { try body(UnsafeRawBufferPointer(start: block, count: count), offset) }
    }
  }

  /// All of the present entry's data.
  ///
  /// - Throws: as `data(_:)`, and `.invalidArgument` past `limit` bytes.
  func allData(limit: Int, name: String) throws(GantryError) -> [UInt8] {
    var bytes: [UInt8] = []
    try data { (piece, offset) throws(GantryError) in
      guard Int(offset) + piece.count <= limit else {
        throw GantryError(.invalidArgument, "\(name) has more than \(limit) bytes; that much is not read")
      }
      if bytes.count < Int(offset) { bytes += [UInt8](repeating: 0, count: Int(offset) - bytes.count) }
      bytes += piece
    }
    return bytes
  }

  private static func explained(_ error: GantryError) -> GantryError {
    guard error.code == .invalidArgument else { return error }
    switch error.message {
    case let text where text.hasPrefix("Truncated"): return GantryError(.invalidArgument, "the tar ends too early")
    case "Unrecognized archive format": return GantryError(.invalidArgument, "it is not a tar archive")
    default: return error
    }
  }
}
