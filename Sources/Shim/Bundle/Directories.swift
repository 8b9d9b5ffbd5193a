import CLinux
import Errors
import Glibc
import Linux

/// Making directories.
enum Directories {
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
