import Errors
import Glibc
import Linux

/// Reads the lines of one log file from a position on. It holds at most one line and a block.
final class LogFileReader {
  /// No writer makes a longer one: 16 KiB of text, each byte escaped, stay below 100 KiB.
  private static let longestLine = 1 << 20
  private static let blockSize = 64 << 10

  let descriptor: FileDescriptor
  let identity: FileIdentity
  private var offset: Int64
  private var buffer: [UInt8] = []
  private var start = 0
  private var isSkippingLine = false

  init(descriptor: FileDescriptor, identity: FileIdentity, offset: Int64 = 0) {
    self.descriptor = descriptor
    self.identity = identity
    self.offset = offset
  }

  /// Hands the next complete line, without its newline, to `body`; nil when the file has no more for now.
  func nextLine<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws(GantryError) -> Result? {
    while true {
      if let newline = buffer[start...].firstIndex(of: 0x0A) {
        let line = start..<newline
        start = newline + 1
        if isSkippingLine {
          isSkippingLine = false
          continue
        }
        return buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[line])) }
      }
      if buffer.count - start > Self.longestLine {
        isSkippingLine = true
        buffer.removeAll(keepingCapacity: true)
        start = 0
      }
      guard try fill() else { return nil }
    }
  }

  /// Starts over when someone has emptied the file under the reader.
  func restartIfTruncated() {
    var status = stat()
    guard fstat(descriptor.number, &status) == 0, Int64(status.st_size) < offset else { return }
    offset = 0
    start = 0
    isSkippingLine = false
    buffer.removeAll()
  }

  private func fill() throws(GantryError) -> Bool {
    buffer.removeSubrange(..<start)
    start = 0
    let held = buffer.count
    let position = offset
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    let count = try retryingOnInterrupt("pread") {
      pread(descriptor.number, &block, Self.blockSize, off_t(position))
    }
    guard count > 0 else { return false }
    buffer.reserveCapacity(held + count)
    buffer += block[..<count]
    offset += Int64(count)
    return true
  }
}
