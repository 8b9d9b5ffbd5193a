import CLinux
import Errors
import Glibc

extension FileDescriptor {
  /// The names in this directory, `.` and `..` left out, in the kernel's order. Names need not be UTF-8: each is
  /// the bytes as they are, closed by 0.
  ///
  /// - Throws: `GantryError` from openat(2) or readdir(3).
  public func rawDirectoryEntries() throws(GantryError) -> [[CChar]] {
    let copy = try retryingOnInterrupt("openat", ".") {
      gantry_openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    }
    guard let stream = fdopendir(copy) else {
      let error = GantryError.system("fdopendir")
      close(copy)
      throw error
    }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    while true {
      gantry_set_errno(0)
      guard let entry = readdir(stream) else {
        guard gantry_errno() == 0 else { throw .system("readdir") }
        return names
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
      }
      if name != [0x2E, 0] && name != [0x2E, 0x2E, 0] { names.append(name) }
    }
  }

  /// The names in this directory as text; a name that is not UTF-8 is repaired, so it cannot be opened by this.
  ///
  /// - Throws: `GantryError` from openat(2) or readdir(3).
  public func directoryEntries() throws(GantryError) -> [String] {
    try rawDirectoryEntries().map { name in
      String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// Removes what is called `name` in this directory, with all below it, never following a symbolic link.
  /// What is not there is no error.
  ///
  /// Trees of any depth: what lies deeper than a few dozen levels is moved up before it is removed, so that
  /// neither descriptors nor stack run out.
  ///
  /// - Throws: `GantryError` from unlinkat(2) and its like.
  public func removeTree(_ name: String) throws(GantryError) {
    try removeTree(rawName: name.utf8.map { CChar(bitPattern: $0) } + [0])
  }

  /// As `removeTree(_:)`, for a name as `rawDirectoryEntries` gives it.
  public func removeTree(rawName name: [CChar]) throws(GantryError) {
    if try removeLeaf(name) { return }
    let top = try openDirectory(rawName: name)
    var moved = 0
    repeat {
      for child in try top.rawDirectoryEntries() {
        try top.removeBranch(child, depth: 1, top: top, moved: &moved)
      }
    } while unlinkat(number, name, AT_REMOVEDIR) != 0 && gantry_errno() == ENOTEMPTY
  }

  private static let maximumDepth = 48

  private func removeBranch(_ name: [CChar], depth: Int, top: FileDescriptor, moved: inout Int) throws(GantryError) {
    if try removeLeaf(name) { return }
    if depth > Self.maximumDepth {
      moved += 1
      let place = ".gantry-removed-\(moved)-\(depth)"
      let status = renameat(number, name, top.number, place)
      guard status == 0 else { throw .system("renameat", place) }
      return
    }
    let directory = try openDirectory(rawName: name)
    for child in try directory.rawDirectoryEntries() {
      try directory.removeBranch(child, depth: depth + 1, top: top, moved: &moved)
    }
    guard unlinkat(number, name, AT_REMOVEDIR) == 0 || gantry_errno() == ENOENT else {
      throw .system("unlinkat", Self.text(name))
    }
  }

  /// Whether `name` is gone now; a directory with something in it is not.
  private func removeLeaf(_ name: [CChar]) throws(GantryError) -> Bool {
    if unlinkat(number, name, 0) == 0 { return true }
    switch gantry_errno() {
    case ENOENT: return true
    case EISDIR, EPERM: break
    default: throw .system("unlinkat", Self.text(name))
    }
    if unlinkat(number, name, AT_REMOVEDIR) == 0 { return true }
    switch gantry_errno() {
    case ENOENT: return true
    case ENOTEMPTY, EEXIST: return false
    default: throw .system("unlinkat", Self.text(name))
    }
  }

  /// Opens the directory of that name, not following a symbolic link. The name is closed by 0.
  ///
  /// - Throws: `GantryError` from openat(2).
  public func openDirectory(rawName name: [CChar]) throws(GantryError) -> FileDescriptor {
    let number = try retryingOnInterrupt("openat", Self.text(name)) {
      gantry_openat(self.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
    }
    return FileDescriptor(adopting: number)
  }

  private static func text(_ name: [CChar]) -> String {
    String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
