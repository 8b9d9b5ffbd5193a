import CLinux
import Errors
import Glibc
import Linux

/// Bytes that a slow reader has not taken yet, in a file without a name: gone with its last descriptor.
final class SpillFile {
  /// Freed on disk in steps of this.
  private static let holeSize: Int64 = 8 << 20

  private let file: FileDescriptor
  private var readPosition: Int64 = 0
  private var writePosition: Int64 = 0
  private var freed: Int64 = 0

  /// - Throws: `GantryError` from open(2) where the file system has no unnamed files or no room.
  init(directory: FileDescriptor) throws(GantryError) {
    // open(2) names the directory itself; the flag's value holds O_DIRECTORY.
    file = try directory.open(".", O_RDWR | Int32(__O_TMPFILE) | O_DIRECTORY, mode: 0o600)
  }

  var unreadBytes: Int64 { writePosition - readPosition }

  /// - Throws: `GantryError` from pwrite(2).
  func append(_ bytes: UnsafeRawBufferPointer) throws(GantryError) {
    var rest = bytes
    while rest.count > 0 {
      let position = writePosition
      let count = try retryingOnInterrupt("pwrite") {
        pwrite(file.number, rest.baseAddress, rest.count, off_t(position))
      }
      writePosition += Int64(count)
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Copies the next unread bytes; they stay unread until `consume`.
  ///
  /// - Throws: `GantryError` from pread(2).
  func peek(into buffer: UnsafeMutableRawBufferPointer) throws(GantryError) -> UnsafeRawBufferPointer {
    let length = min(buffer.count, Int(unreadBytes))
    let count = try retryingOnInterrupt("pread") { pread(file.number, buffer.baseAddress, length, off_t(readPosition)) }
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }

  func consume(_ count: Int) {
    readPosition += Int64(count)
    if readPosition == writePosition {
      _ = ftruncate(file.number, 0)
      (readPosition, writePosition, freed) = (0, 0, 0)
    } else if readPosition - freed >= Self.holeSize {
      let length = (readPosition - freed) / 4096 * 4096
      _ = gantry_punch_hole(file.number, freed, length)
      freed += length
    }
  }
}
