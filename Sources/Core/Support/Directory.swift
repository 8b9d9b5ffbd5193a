import Errors
import Glibc
import Linux

/// Directories, as the supervisor makes and removes them.
public enum Directory {
  /// Makes `path` and what is missing above it.
  ///
  /// - Parameter mode: of each directory that is made, whatever the umask says.
  public static func create(_ path: String, mode: mode_t) throws(GantryError) {
    if mkdir(path, mode) == 0 {
      chmod(path, mode)
      return
    }
    let code = errno
    if code == EEXIST {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw GantryError(.failedPrecondition, "\(path) is in the way: it must be a directory")
      }
      return
    }
    guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw .system("mkdir", path, errno: code)
    }
    try create(String(path[..<slash]), mode: mode)
    try retryingOnInterrupt("mkdir", path) { mkdir(path, mode) }
    chmod(path, mode)
  }

  /// The names in `path`, without "." and "..", sorted; empty where there is no such directory.
  public static func names(in path: String) throws(GantryError) -> [String] {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return [] }
      throw .system("opendir", path)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes `path` and everything below it, following no symbolic link. What is not there is no error.
  public static func remove(_ path: String) throws(GantryError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw .system("lstat", path)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard unlink(path) == 0 || errno == ENOENT else { throw .system("unlink", path) }
      return
    }
    for name in try names(in: path) { try remove("\(path)/\(name)") }
    guard rmdir(path) == 0 || errno == ENOENT else { throw .system("rmdir", path) }
  }
}
