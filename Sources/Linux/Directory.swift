import CLinux
import Errors
import Glibc

/// Directories by their paths: made, listed and removed.
public enum Directory {
  /// Makes `path` and what is missing above it. Others may make the same at the same time.
  ///
  /// - Parameter mode: of each directory that is made, whatever the umask says.
  /// - Throws: `.failedPrecondition` where something else lies at `path`; `GantryError` from mkdir(2).
  public static func create(_ path: String, mode: mode_t) throws(GantryError) {
    if try isThere(path, mode: mode) { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try create(String(path[..<slash]), mode: mode)
    }
    guard try isThere(path, mode: mode) else { throw .system("mkdir", path, errno: ENOENT) }
  }

  /// Makes the directories in which `path` lies.
  ///
  /// - Throws: as `create`.
  public static func create(above path: String, mode: mode_t) throws(GantryError) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    try create(String(path[..<slash]), mode: mode)
  }

  /// - Returns: whether there is a directory now; false where one above it is missing.
  private static func isThere(_ path: String, mode: mode_t) throws(GantryError) -> Bool {
    if mkdir(path, mode) == 0 {
      chmod(path, mode)
      return true
    }
    switch gantry_errno() {
    case ENOENT: return false
    case EEXIST:
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw GantryError(.failedPrecondition, "\(path) is in the way: it must be a directory")
      }
      return true
    case let code: throw .system("mkdir", path, errno: code)
    }
  }

  /// The names in `path`, without "." and "..", sorted; empty where there is no such directory.
  ///
  /// - Throws: `GantryError` from opendir(3).
  public static func names(in path: String) throws(GantryError) -> [String] {
    guard let directory = opendir(path) else {
      if gantry_errno() == ENOENT { return [] }
      throw .system("opendir", path)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes `path` and everything below it, following no symbolic link. What is not there is no error.
  ///
  /// - Throws: `GantryError` from lstat(2), unlink(2) or rmdir(2).
  public static func remove(_ path: String) throws(GantryError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if gantry_errno() == ENOENT { return }
      throw .system("lstat", path)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard unlink(path) == 0 || gantry_errno() == ENOENT else { throw .system("unlink", path) }
      return
    }
    for name in try names(in: path) { try remove("\(path)/\(name)") }
    guard rmdir(path) == 0 || gantry_errno() == ENOENT else { throw .system("rmdir", path) }
  }
}
