import CLinux
import Errors
import Glibc
import Linux

/// Making directories, and looking into them.
enum Directories {
  /// The names of all that lies in a directory; none where it cannot be read.
  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  /// Makes the directories in which `path` lies.
  ///
  /// - Throws: `GantryError` from mkdir(2).
  static func make(above path: String, mode: mode_t) throws(GantryError) {
    var made = path.hasPrefix("/") ? "" : "."
    for name in path.split(separator: "/").dropLast() {
      made += "/\(name)"
      if mkdir(made, mode) != 0, gantry_errno() != EEXIST { throw .system("mkdir", made) }
    }
  }
}
