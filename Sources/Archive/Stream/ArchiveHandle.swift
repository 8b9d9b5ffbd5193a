import CArchive
import Errors
import Glibc
import SharedLibraries

/// A libarchive reader and the source of its bytes. Not thread-safe.
///
/// The process stays in the C locale: in one of UTF-8, libarchive would give out the names of pax headers composed
/// (Unicode's normal form C), and two names that differ only in that would be one. So it warns and gives the bytes.
///
/// The source is told for each call: a libarchive callback cannot throw, so what the source threw is kept
/// here and comes out of the call that needed the bytes.
final class ArchiveHandle {
  let pointer: OpaquePointer
  private let source: () throws(GantryError) -> UnsafeRawBufferPointer?
  private var sourceError: GantryError?

  /// - Parameter source: the next bytes, valid until the next call; nil at the end.
  init(source: @escaping () throws(GantryError) -> UnsafeRawBufferPointer?) throws(GantryError) {
    try SharedLibrary.archive.load()
    guard let pointer = archive_read_new() else {
      throw GantryError(.resourceExhausted, "no memory for an archive reader")
    }
    self.pointer = pointer
    self.source = source
  }

  deinit { archive_read_free(pointer) }

  /// Starts reading; formats and filters have been chosen.
  func open() throws(GantryError) {
    let status = archive_read_open(
      pointer, Unmanaged.passUnretained(self).toOpaque(), nil,
      { _, client, buffer in
        guard let client, let buffer else { return -1 }
        return Unmanaged<ArchiveHandle>.fromOpaque(client).takeUnretainedValue().supply(buffer)
      }, nil)
    try check(status)
  }

  private func supply(_ buffer: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    do throws(GantryError) {
      guard let bytes = try source() else { return 0 }
      buffer.pointee = bytes.baseAddress
      return bytes.count
    } catch {
      sourceError = error
      return -1
    }
  }

  /// Throws unless libarchive was content; a mere warning is none.
  func check(_ status: Int32) throws(GantryError) {
    if let sourceError { throw sourceError }
    guard status < ARCHIVE_WARN else { return }
    throw GantryError(.invalidArgument, lastMessage)
  }

  var lastMessage: String {
    guard let text = archive_error_string(pointer) else { return "the archive cannot be read" }
    return String(cString: text)
  }
}
