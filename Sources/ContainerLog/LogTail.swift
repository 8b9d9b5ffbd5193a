import Errors
import Glibc
import Linux

/// Finds where the last lines of a log begin, reading its files backwards and no more of them than needed.
enum LogTail {
  private static let blockSize = 64 << 10

  /// - Parameter members: the log's files, oldest first.
  /// - Returns: the file to begin with and the position in it; the files before it are not needed.
  static func start(
    of count: Int, in members: [LogFileSet.Member]
  ) throws(GantryError) -> (index: Int, offset: Int64) {
    var wanted = count
    for index in members.indices.reversed() {
      var status = stat()
      guard fstat(members[index].descriptor.number, &status) == 0 else { continue }
      if let offset = try lineStart(&wanted, members[index].descriptor, size: Int64(status.st_size)) {
        return (index, offset)
      }
    }
    return (0, 0)
  }

  /// Where the last `wanted` lines of the file begin; nil, and `wanted` less by the lines it has, where it has too few.
  /// Bytes after the last newline are an entry that is still being written and do not count.
  private static func lineStart(
    _ wanted: inout Int, _ descriptor: FileDescriptor, size: Int64
  ) throws(GantryError) -> Int64? {
    var block = [UInt8](repeating: 0, count: blockSize)
    var end = size
    var newlines = 0
    while end > 0 {
      let start = max(0, end - Int64(blockSize))
      let length = Int(end - start)
      let count = try retryingOnInterrupt("pread") { pread(descriptor.number, &block, length, off_t(start)) }
      guard count == length else { break }
      for position in stride(from: length - 1, through: 0, by: -1) where block[position] == 0x0A {
        // The newline before the first wanted line is one more than there are lines.
        if newlines == wanted { return start + Int64(position) + 1 }
        newlines += 1
      }
      end = start
    }
    if newlines == wanted, newlines > 0 { return 0 }
    wanted -= newlines
    return nil
  }
}
