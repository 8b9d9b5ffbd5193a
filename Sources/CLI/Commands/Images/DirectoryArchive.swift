import CLinux
import Errors
import Glibc
import Linux
import Tar

/// Packs a directory into a tar while it is being read, sorted by name, with owners, links, devices and attributes.
/// Not thread-safe.
struct DirectoryArchive {
  private struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t
  }

  private let output: FileDescriptor
  private var linked: [Identity: [UInt8]] = [:]

  private init(_ output: FileDescriptor) { self.output = output }

  /// A pipe that the archive comes out of. Where packing fails, the archive ends too early, and its reader says so.
  static func stream(of directory: FileDescriptor) throws(GantryError) -> FileDescriptor {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    try BackgroundThread.start {
      var archive = DirectoryArchive(writeEnd)
      do throws(GantryError) {
        try archive.add(directory, prefix: [])
        try writeEnd.writeAll(TarHeader.end)
      } catch {
        let text = "packing the directory failed: \(error.message)\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
      }
    }
    return readEnd
  }

  private mutating func add(_ directory: FileDescriptor, prefix: [UInt8]) throws(GantryError) {
    let names = try directory.rawDirectoryEntries().map { $0.dropLast().map { UInt8(bitPattern: $0) } }
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      try add(name, in: directory, path: prefix + name)
    }
  }

  private mutating func add(_ name: [UInt8], in directory: FileDescriptor, path: [UInt8]) throws(GantryError) {
    let bytes = name.map { CChar(bitPattern: $0) } + [0]
    let text = String(decoding: path, as: UTF8.self)
    var status = stat()
    try retryingOnInterrupt("fstatat", text) { fstatat(directory.number, bytes, &status, AT_SYMLINK_NOFOLLOW) }
    guard let kind = Self.kind(status) else { return }
    var header = TarHeader(kind, name: path, permissions: UInt32(status.st_mode & 0o7777))
    header.owner = status.st_uid
    header.group = status.st_gid
    header.modified = Int64(status.st_mtim.tv_sec)
    if kind != .directory, status.st_nlink > 1 {
      let identity = Identity(device: status.st_dev, inode: status.st_ino)
      if let first = linked[identity] {
        header.kind = .hardLink
        header.target = first
        return try output.writeAll(header.serialized())
      }
      linked[identity] = path
    }
    switch kind {
    case .directory:
      let inner = try directory.openDirectory(rawName: bytes)
      header.attributes = Self.attributes(inner)
      try output.writeAll(header.serialized())
      try add(inner, prefix: path + [UInt8(ascii: "/")])
    case .file: try addFile(bytes, in: directory, header, text)
    case .symbolicLink:
      var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = try retryingOnInterrupt("readlinkat", text) {
        readlinkat(directory.number, bytes, &target, target.count - 1)
      }
      header.target = target[..<count].map { UInt8(bitPattern: $0) }
      try output.writeAll(header.serialized())
    default:
      header.deviceMajor = gnu_dev_major(status.st_rdev)
      header.deviceMinor = gnu_dev_minor(status.st_rdev)
      try output.writeAll(header.serialized())
    }
  }

  /// nil for a socket, which no archive holds.
  private static func kind(_ status: stat) -> TarHeader.Kind? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .directory
    case S_IFLNK: .symbolicLink
    case S_IFCHR: .characterDevice
    case S_IFBLK: .blockDevice
    case S_IFIFO: .fifo
    default: nil
    }
  }

  private func addFile(
    _ name: [CChar], in directory: FileDescriptor, _ header: TarHeader, _ text: String
  ) throws(GantryError) {
    let number = try retryingOnInterrupt("openat", text) {
      gantry_openat(directory.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0)
    }
    let file = FileDescriptor(adopting: number)
    var header = header
    header.size = try file.size()
    header.attributes = Self.attributes(file)
    try output.writeAll(header.serialized())
    var rest = header.size
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while rest > 0 {
      let wanted = Int(min(rest, Int64(buffer.count)))
      let count = try retryingOnInterrupt("read", text) { read(file.number, &buffer, wanted) }
      // It became shorter: its header has promised more.
      try output.writeAll(count == 0 ? [UInt8](repeating: 0, count: wanted) : Array(buffer[..<count]))
      rest -= Int64(count == 0 ? wanted : count)
    }
    try output.writeAll([UInt8](repeating: 0, count: TarHeader.padding(after: header.size)))
  }

  private static func attributes(_ file: FileDescriptor) -> [TarHeader.Attribute] {
    var names = [CChar](repeating: 0, count: 64 << 10)
    let count = flistxattr(file.number, &names, names.count)
    guard count > 0 else { return [] }
    return names[..<count].split(separator: 0).compactMap { bytes in
      let name = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard name == "security.capability" || name.hasPrefix("user.") else { return nil }
      var value = [UInt8](repeating: 0, count: 64 << 10)
      let size = fgetxattr(file.number, name, &value, value.count)
      return size < 0 ? nil : TarHeader.Attribute(name: name, value: Array(value[..<size]))
    }
  }
}
