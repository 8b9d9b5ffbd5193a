import CLinux
import Errors
import Glibc
import Linux

/// A tree that is read while others may change it: everything is opened below its root, and no symbolic link is
/// followed. Not thread-safe.
struct TreeView {
  let root: FileDescriptor

  init(_ root: FileDescriptor) { self.root = root }

  /// Opens what is at `path`; nil where it is gone.
  func open(_ path: EntryPath, _ flags: Int32) throws(GantryError) -> FileDescriptor? {
    while true {
      let number = gantry_openat2(
        root.number, path.cString, UInt64(flags | O_NOFOLLOW | O_CLOEXEC), 0,
        UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS))
      if number >= 0 { return FileDescriptor(adopting: number) }
      switch gantry_errno() {
      case EINTR, EAGAIN: continue
      // It was removed, or made something else, since its directory was read.
      case ENOENT, ENOTDIR, ELOOP, ESTALE: return nil
      default: throw .system("openat2", path.description)
      }
    }
  }

  /// The directory at `path`; nil where it is gone.
  func directory(_ path: EntryPath) throws(GantryError) -> FileDescriptor? {
    try open(path, O_RDONLY | O_DIRECTORY)
  }

  /// Where the symbolic link at `path` leads; nil where it is gone.
  func linkTarget(_ path: EntryPath) throws(GantryError) -> [UInt8]? {
    guard let parent = try directory(path.parent) else { return nil }
    var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlinkat(parent.number, path.name, &target, target.count - 1)
    return count > 0 ? target[..<count].map { UInt8(bitPattern: $0) } : nil
  }

  /// The names in a directory, sorted by their bytes, each closed by 0.
  static func names(_ directory: FileDescriptor) throws(GantryError) -> [[CChar]] {
    try directory.rawDirectoryEntries().sorted { left, right in
      left.lexicographicallyPrecedes(right) { UInt8(bitPattern: $0) < UInt8(bitPattern: $1) }
    }
  }

  /// What is called `name` in a directory; nil where it is gone.
  static func status(_ name: [CChar], in directory: FileDescriptor) throws(GantryError) -> stat? {
    var status = stat()
    if fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status }
    switch gantry_errno() {
    case ENOENT, ENOTDIR, ESTALE: return nil
    default: throw .system("fstatat", EntryPath.text(name.dropLast()))
    }
  }

  /// The attributes that belong to an image, sorted; `file` is open for reading.
  static func attributes(of file: FileDescriptor) throws(GantryError) -> [(name: String, value: [UInt8])] {
    var found: [(name: String, value: [UInt8])] = []
    for name in try LayerAttribute.names(of: file) {
      var value = [UInt8](repeating: 0, count: 64 << 10)
      let size = fgetxattr(file.number, name, &value, value.count)
      // It may have been taken away since.
      if size >= 0 { found.append((name, Array(value[..<size]))) }
    }
    return found.sorted { $0.name < $1.name }
  }
}
