import CLinux
import Errors
import Glibc
import Linux
import Tar

/// Writes entries of a tree into a tar. A file that changes meanwhile has the size it had when it was opened.
/// Not thread-safe.
final class TreeTarWriter {
  private struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t
  }

  private let tree: TreeView
  private let sink: any ByteSink
  /// Names of files with several that were written already.
  private var linked: [Identity: [UInt8]] = [:]
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
  private let zeros = [UInt8](repeating: 0, count: 256 << 10)
  /// Bytes of regular files written.
  private(set) var size: Int64 = 0

  // The kernel's numbers; the C library hides their names behind _GNU_SOURCE.
  private static let seekData: Int32 = 3
  private static let seekHole: Int32 = 4

  init(_ tree: TreeView, to sink: any ByteSink) {
    self.tree = tree
    self.sink = sink
  }

  deinit { buffer.deallocate() }

  /// Writes what is at `path`; what is gone meanwhile, and sockets, are left out.
  func add(_ path: EntryPath, _ status: stat) throws(GantryError) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: try addFile(path, status)
    case S_IFDIR: try addDirectory(path)
    case S_IFLNK: try addLink(path, status)
    case S_IFCHR, S_IFBLK, S_IFIFO:
      guard try !wasLinked(path, status) else { return }
      try sink.write(header(path, status).serialized())
    default: return
    }
  }

  /// Says that what is at `path` is gone.
  func addWhiteout(_ path: EntryPath) throws(GantryError) {
    let name = Array(".wh.".utf8).map { CChar(bitPattern: $0) } + path.name
    try sink.write(TarHeader(.file, name: Self.bytes(path.parent.appending(name)), permissions: 0).serialized())
  }

  /// Ends the archive.
  func finish() throws(GantryError) { try sink.write(TarHeader.end) }

  private static func bytes(_ path: EntryPath) -> [UInt8] { path.cString.dropLast().map { UInt8(bitPattern: $0) } }

  private func header(_ path: EntryPath, _ status: stat) -> TarHeader {
    let kind: TarHeader.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFIFO: .fifo
      default: .file
      }
    var header = TarHeader(kind, name: Self.bytes(path), permissions: UInt32(status.st_mode & 0o7777))
    header.owner = status.st_uid
    header.group = status.st_gid
    header.modified = Int64(status.st_mtim.tv_sec)
    if kind == .characterDevice || kind == .blockDevice {
      header.deviceMajor = gnu_dev_major(status.st_rdev)
      header.deviceMinor = gnu_dev_minor(status.st_rdev)
    }
    return header
  }

  /// Writes a link instead where the file was written before under another name.
  private func wasLinked(_ path: EntryPath, _ status: stat) throws(GantryError) -> Bool {
    guard status.st_nlink > 1 else { return false }
    let identity = Identity(device: status.st_dev, inode: status.st_ino)
    guard let first = linked[identity] else {
      linked[identity] = Self.bytes(path)
      return false
    }
    var link = header(path, status)
    link.kind = .hardLink
    link.target = first
    try sink.write(link.serialized())
    return true
  }

  private func addDirectory(_ path: EntryPath) throws(GantryError) {
    guard let directory = try tree.directory(path) else { return }
    var status = stat()
    try retryingOnInterrupt("fstat", path.description) { fstat(directory.number, &status) }
    var header = header(path, status)
    header.attributes = try attributes(directory)
    try sink.write(header.serialized())
  }

  private func addLink(_ path: EntryPath, _ status: stat) throws(GantryError) {
    guard try !wasLinked(path, status), let target = try tree.linkTarget(path) else { return }
    var header = header(path, status)
    header.target = target
    try sink.write(header.serialized())
  }

  private func attributes(_ file: FileDescriptor) throws(GantryError) -> [TarHeader.Attribute] {
    try TreeView.attributes(of: file).map { TarHeader.Attribute(name: $0.name, value: $0.value) }
  }

  private func addFile(_ path: EntryPath, _ seen: stat) throws(GantryError) {
    guard try !wasLinked(path, seen), let file = try tree.open(path, O_RDONLY | O_NONBLOCK) else { return }
    var status = stat()
    try retryingOnInterrupt("fstat", path.description) { fstat(file.number, &status) }
    guard status.st_mode & S_IFMT == S_IFREG else { return }
    var header = header(path, status)
    header.size = Int64(status.st_size)
    header.attributes = try attributes(file)
    try sink.write(header.serialized())
    try copy(file, path, size: header.size)
    try writeZeros(Int64(TarHeader.padding(after: header.size)))
    size += header.size
  }

  private func copy(_ file: FileDescriptor, _ path: EntryPath, size: Int64) throws(GantryError) {
    var position: Int64 = 0
    while position < size {
      let found = Int64(lseek(file.number, Int(position), Self.seekData))
      // Nothing but a hole is left; or the file system knows no holes, or the file was cut meanwhile.
      let data = found >= 0 ? min(found, size) : gantry_errno() == ENXIO ? size : position
      try writeZeros(data - position)
      position = data
      guard position < size else { return }
      let hole = Int64(lseek(file.number, Int(position), Self.seekHole))
      try copy(file, path, position..<min(hole > position ? hole : size, size), at: &position)
    }
  }

  private func copy(
    _ file: FileDescriptor, _ path: EntryPath, _ range: Range<Int64>, at position: inout Int64
  ) throws(GantryError) {
    while position < range.upperBound {
      let wanted = Int(min(Int64(buffer.count), range.upperBound - position))
      let offset = Int(position)
      let count = try retryingOnInterrupt("pread", "/\(path)") {
        pread(file.number, buffer.baseAddress, wanted, offset)
      }
      guard count > 0 else {
        // It became shorter: its header has promised more.
        try writeZeros(range.upperBound - position)
        position = range.upperBound
        return
      }
      try sink.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      position += Int64(count)
    }
  }

  private func writeZeros(_ count: Int64) throws(GantryError) {
    var rest = count
    while rest > 0 {
      let piece = Int(min(rest, Int64(zeros.count)))
      try zeros.withUnsafeBytes { bytes in
        Result { () throws(GantryError) in try sink.write(UnsafeRawBufferPointer(rebasing: bytes[..<piece])) }
      }.get()
      rest -= Int64(piece)
    }
  }
}
