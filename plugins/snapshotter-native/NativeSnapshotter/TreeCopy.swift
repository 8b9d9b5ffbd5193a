import CLinux
import Errors
import Glibc
import Linux

/// Copies a directory tree with all that an image's files have: owners, modes, times, attributes, hard links,
/// devices, holes. Data is shared with the original where the file system can (reflink).
struct TreeCopy {
  private struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t
  }

  /// A name in a directory; names are closed by 0.
  private struct Place {
    let directory: FileDescriptor
    let name: [CChar]

    /// For the calls that take nothing but a path; names are bytes.
    var path: [CChar] { "/proc/self/fd/\(directory.number)/".utf8.map { CChar(bitPattern: $0) } + name }
    var text: String { String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
  }

  private let root: FileDescriptor
  /// Where a file with several names was copied to: paths from the root, closed by 0.
  private var linked: [Identity: [CChar]] = [:]

  private static let slash = CChar(bitPattern: UInt8(ascii: "/"))

  /// - Parameter target: an empty directory.
  init(to target: FileDescriptor) { root = target }

  /// Copies the content of `source` into the target, and its owner, mode, attributes and time.
  ///
  /// - Throws: `GantryError` from the file system.
  mutating func copy(_ source: FileDescriptor) throws(GantryError) {
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(source.number, &status) }
    try copyContent(of: source, to: root, prefix: [])
    let dot: [CChar] = [0x2E, 0]
    try finish(Place(directory: source, name: dot), Place(directory: root, name: dot), status)
  }

  private mutating func copyContent(of source: FileDescriptor, to target: FileDescriptor, prefix: [CChar])
    throws(GantryError)
  {
    for name in try source.rawDirectoryEntries() {
      try copy(Place(directory: source, name: name), Place(directory: target, name: name), path: prefix + name)
    }
  }

  private mutating func copy(_ source: Place, _ target: Place, path: [CChar]) throws(GantryError) {
    var status = stat()
    try retryingOnInterrupt("fstatat", source.text) {
      fstatat(source.directory.number, source.name, &status, AT_SYMLINK_NOFOLLOW)
    }
    let type = status.st_mode & S_IFMT
    if type != S_IFDIR, status.st_nlink > 1 {
      let identity = Identity(device: status.st_dev, inode: status.st_ino)
      if let first = linked[identity] {
        try retryingOnInterrupt("linkat", target.text) {
          linkat(root.number, first, target.directory.number, target.name, 0)
        }
        return
      }
      linked[identity] = path
    }
    switch type {
    case S_IFDIR:
      try retryingOnInterrupt("mkdirat", target.text) { mkdirat(target.directory.number, target.name, 0o700) }
      try copyContent(
        of: source.directory.openDirectory(rawName: source.name),
        to: target.directory.openDirectory(rawName: target.name), prefix: path.dropLast() + [Self.slash])
    case S_IFREG: try copyFile(source, target, size: Int64(status.st_size))
    case S_IFLNK: try copyLink(source, target)
    default:
      try retryingOnInterrupt("mknodat", target.text) {
        mknodat(target.directory.number, target.name, status.st_mode, status.st_rdev)
      }
    }
    try finish(source, target, status)
  }

  private func copyFile(_ source: Place, _ target: Place, size: Int64) throws(GantryError) {
    let from = try retryingOnInterrupt("openat", source.text) {
      gantry_openat(source.directory.number, source.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
    }
    let input = FileDescriptor(adopting: from)
    let to = try retryingOnInterrupt("openat", target.text) {
      gantry_openat(target.directory.number, target.name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    }
    try input.copyContent(to: FileDescriptor(adopting: to), size: size)
  }

  private func copyLink(_ source: Place, _ target: Place) throws(GantryError) {
    var link = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = try retryingOnInterrupt("readlinkat", source.text) {
      readlinkat(source.directory.number, source.name, &link, link.count - 1)
    }
    link[count] = 0
    try retryingOnInterrupt("symlinkat", target.text) { symlinkat(link, target.directory.number, target.name) }
  }

  /// Owner first, because chown(2) takes set-user-id bits and capabilities away; times last.
  private func finish(_ source: Place, _ target: Place, _ status: stat) throws(GantryError) {
    try retryingOnInterrupt("fchownat", target.text) {
      fchownat(target.directory.number, target.name, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW)
    }
    if status.st_mode & S_IFMT != S_IFLNK {
      // The name was just made by this copy: it is no link.
      try retryingOnInterrupt("fchmodat", target.text) {
        fchmodat(target.directory.number, target.name, status.st_mode & 0o7777, 0)
      }
    }
    try copyAttributes(source, target)
    let times = [status.st_atim, status.st_mtim]
    try retryingOnInterrupt("utimensat", target.text) {
      utimensat(target.directory.number, target.name, times, AT_SYMLINK_NOFOLLOW)
    }
  }

  private func copyAttributes(_ source: Place, _ target: Place) throws(GantryError) {
    let (from, to) = (source.path, target.path)
    var names = [CChar](repeating: 0, count: 64 << 10)
    let count = llistxattr(from, &names, names.count)
    guard count >= 0 else {
      if gantry_errno() == EOPNOTSUPP { return }
      throw .system("llistxattr", source.text)
    }
    var value = [UInt8](repeating: 0, count: count == 0 ? 0 : 64 << 10)
    for name in names[..<count].split(separator: 0) {
      let name = Array(name) + [0]
      let size = try retryingOnInterrupt("lgetxattr", source.text) { lgetxattr(from, name, &value, value.count) }
      try retryingOnInterrupt("lsetxattr", target.text) { lsetxattr(to, name, value, size, 0) }
    }
  }
}
