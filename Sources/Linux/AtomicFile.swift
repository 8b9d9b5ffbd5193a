import Errors
import Glibc

/// Files that are there whole or not at all.
public enum AtomicFile {
  /// Puts `bytes` at `path`: temporary file, rename.
  ///
  /// Two at once for one path need a lock round them.
  ///
  /// - Parameter durable: whether file and directory are synced, so that a power cut does not undo it.
  ///   What lives in the run directory, gone with a reboot anyway, needs none.
  /// - Throws: `GantryError` from the file system.
  public static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t = 0o600, durable: Bool
  ) throws(GantryError) {
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let directory = try FileDescriptor.open(parent, O_RDONLY | O_DIRECTORY)
    try directory.replaceFile(name, with: bytes, mode: mode, durable: durable)
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
