import Errors
import Glibc
import Linux

/// Small files in a snapshot.
enum TestFile {
  static func write(_ text: String, to path: String) throws {
    try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).writeAll(Array(text.utf8))
  }

  /// Nil where there is no such file.
  static func read(_ path: String) throws -> String? {
    do throws(GantryError) {
      return String(decoding: try FileDescriptor.open(path, O_RDONLY).readAll(), as: UTF8.self)
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
  }

  static func remove(_ path: String) throws {
    if unlink(path) != 0 { throw GantryError.system("unlink", path) }
  }

  /// Permission bits.
  static func mode(_ path: String) throws -> mode_t {
    var status = stat()
    if stat(path, &status) != 0 { throw GantryError.system("stat", path) }
    return status.st_mode & 0o7777
  }
}
