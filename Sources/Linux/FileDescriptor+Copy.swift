import CLinux
import Errors
import Glibc

// The kernel's numbers; the C library hides their names behind _GNU_SOURCE.
private let seekData: Int32 = 3
private let seekHole: Int32 = 4

extension FileDescriptor {
  /// Copies a regular file's first `size` bytes into `target`, an empty one: shared (reflink) where the file system
  /// can, else piece by piece, leaving holes holes.
  ///
  /// - Throws: `GantryError` from the file system; `.dataLoss` where this file is shorter than `size`.
  public func copyContent(to target: FileDescriptor, size: Int64) throws(GantryError) {
    guard size > 0, gantry_clone_file(target.number, number) != 0 else { return }
    try retryingOnInterrupt("ftruncate") { ftruncate(target.number, Int(size)) }
    var position: Int64 = 0
    while position < size {
      let start = Int64(lseek(number, Int(position), seekData))
      // Nothing but a hole is left, or the file system knows no holes.
      guard start >= 0 else {
        if gantry_errno() == ENXIO { return }
        return try copyRange(position..<size, to: target)
      }
      let end = Int64(lseek(number, Int(start), seekHole))
      try copyRange(start..<min(end < 0 ? size : end, size), to: target)
      position = max(end, start + 1)
    }
  }

  private func copyRange(_ range: Range<Int64>, to target: FileDescriptor) throws(GantryError) {
    var position = range.lowerBound
    while position < range.upperBound {
      let count = Int64(
        gantry_copy_file_range(number, position, target.number, position, Int(range.upperBound - position)))
      switch count {
      case 1...: position += count
      case 0: throw GantryError(.dataLoss, "the file became shorter while it was copied")
      default:
        switch gantry_errno() {
        case EINTR: continue
        case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP: return try copyBytes(position..<range.upperBound, to: target)
        default: throw .system("copy_file_range")
        }
      }
    }
  }

  private func copyBytes(_ range: Range<Int64>, to target: FileDescriptor) throws(GantryError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    var position = range.lowerBound
    while position < range.upperBound {
      let wanted = Int(min(Int64(buffer.count), range.upperBound - position))
      let count = try retryingOnInterrupt("pread") { pread(number, buffer.baseAddress, wanted, Int(position)) }
      guard count > 0 else { throw GantryError(.dataLoss, "the file became shorter while it was copied") }
      try target.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: position)
      position += Int64(count)
    }
  }
}
