import CLinux
import Errors
import Glibc
import Linux

/// The current log file and its place: appends whole entries, puts files aside.
final class LogFile {
  let directory: FileDescriptor
  private let name: String
  private let rotation: LogRotation
  private let mode: mode_t
  private var descriptor: FileDescriptor
  private var size: Int64
  /// Moves up when putting aside failed, so that not every line tries again.
  private var threshold: Int64

  init(path: String, rotation: LogRotation, mode: mode_t) throws(GantryError) {
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard !name.isEmpty else {
      throw GantryError(.invalidArgument, "log file \"\(path)\" is a directory; name a file")
    }
    self.directory = try FileDescriptor.open(parent, O_RDONLY | O_DIRECTORY)
    self.name = name
    self.rotation = rotation
    self.mode = mode
    self.threshold = rotation.maximumSizeInBytes
    self.descriptor = try directory.open(name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, mode: mode)
    self.size = Self.size(of: descriptor)
    mendLastEntry()
  }

  /// What write() could not do.
  struct WriteFailure {
    /// Bytes at the start that are in the file, whole entries.
    let writtenBytes: Int
    let errno: Int32
  }

  /// Appends entries; what is in the file afterwards are whole ones.
  ///
  /// - Returns: nil when all was written.
  func write(_ entries: UnsafeRawBufferPointer) -> WriteFailure? {
    var written = 0
    while written < entries.count {
      let count = Glibc.write(descriptor.number, entries.baseAddress?.advanced(by: written), entries.count - written)
      if count >= 0 {
        written += count
        continue
      }
      let code = gantry_errno()
      if code == EINTR { continue }
      let whole = (entries[..<written].lastIndex(of: 0x0A) ?? -1) + 1
      if whole < written { _ = ftruncate(descriptor.number, off_t(size) + whole) }
      size += Int64(whole)
      return WriteFailure(writtenBytes: whole, errno: code)
    }
    size += Int64(written)
    return nil
  }

  /// Whether the file must be put aside before its size grows by `count`.
  func mustRotate(before count: Int64, isEmptyWithout: Bool) -> Bool {
    guard threshold > 0 else { return false }
    return size + count > threshold && !(size == 0 && isEmptyWithout)
  }

  /// Puts the file aside and starts a new one. Where that fails, the old one goes on.
  func rotate() {
    do throws(GantryError) {
      try shiftFiles()
      let fresh = try directory.open(name, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
      descriptor = fresh
      size = 0
      threshold = rotation.maximumSizeInBytes
    } catch {
      threshold = size + max(rotation.maximumSizeInBytes / 8, 64 << 10)
    }
  }

  func reopen() throws(GantryError) {
    descriptor = try directory.open(name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, mode: mode)
    size = Self.size(of: descriptor)
    threshold = rotation.maximumSizeInBytes
  }

  private func shiftFiles() throws(GantryError) {
    if rotation.maximumFiles == 1 {
      try ignoringMissing { unlinkat(directory.number, name, 0) }
      return
    }
    for index in stride(from: rotation.maximumFiles - 1, through: 1, by: -1) {
      let older = "\(name).\(index)"
      let younger = index == 1 ? name : "\(name).\(index - 1)"
      try ignoringMissing { renameat(directory.number, younger, directory.number, older) }
    }
  }

  private func ignoringMissing(_ body: () -> Int32) throws(GantryError) {
    do throws(GantryError) {
      try retryingOnInterrupt("rename", name, body)
    } catch {
      if error.errno != ENOENT { throw error }
    }
  }

  /// A writer that was killed in the middle of an entry leaves one without an end: it is cut off, so that
  /// what follows can be read.
  private func mendLastEntry() {
    guard size > 0, let reading = try? directory.open(name, O_RDONLY | O_NOFOLLOW) else { return }
    var last: UInt8 = 0
    guard pread(reading.number, &last, 1, off_t(size - 1)) == 1, last != 0x0A else { return }
    var block = [UInt8](repeating: 0, count: 256 << 10)
    let start = max(0, size - Int64(block.count))
    let count = pread(reading.number, &block, Int(size - start), off_t(start))
    guard count == Int(size - start) else { return }
    let whole = start + Int64((block[..<count].lastIndex(of: 0x0A) ?? -1) + 1)
    if whole > 0 || start == 0, ftruncate(descriptor.number, off_t(whole)) == 0 { size = whole }
  }

  private static func size(of descriptor: FileDescriptor) -> Int64 {
    var status = stat()
    return fstat(descriptor.number, &status) == 0 ? Int64(status.st_size) : 0
  }
}
