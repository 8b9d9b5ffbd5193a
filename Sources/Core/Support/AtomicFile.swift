import Errors
import Glibc
import Linux

/// Files that are there whole or not at all.
public enum AtomicFile {
  /// Puts `bytes` at `path`: temporary file, rename.
  ///
  /// - Parameter durable: whether file and directory are synced, so that a power cut does not undo it.
  ///   What lives in the run directory, gone with a reboot anyway, needs none.
  public static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t = 0o600, durable: Bool
  ) throws(GantryError) {
    let temporary = "\(path).tmp"
    let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
    try file.writeAll(bytes)
    if durable { try retryingOnInterrupt("fsync", temporary) { fsync(file.number) } }
    try retryingOnInterrupt("rename", path) { rename(temporary, path) }
    guard durable, let slash = path.lastIndex(of: "/") else { return }
    let parent = try FileDescriptor.open(String(path[..<slash]), O_RDONLY | O_DIRECTORY)
    try retryingOnInterrupt("fsync", path) { fsync(parent.number) }
  }

  /// Reads a whole file.
  ///
  /// - Returns: nil where there is none.
  /// - Throws: `.resourceExhausted` where it is larger than `limit` bytes.
  public static func read(_ path: String, limit: Int) throws(GantryError) -> [UInt8]? {
    do throws(GantryError) {
      return try FileDescriptor.open(path, O_RDONLY).readAll(limit: limit)
    } catch {
      if error.errno == ENOENT { return nil }
      throw error
    }
  }
}
