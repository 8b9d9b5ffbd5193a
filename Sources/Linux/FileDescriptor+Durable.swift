import CLinux
import Errors
import Glibc

extension FileDescriptor {
  /// Puts `bytes` into the file `name` of this directory so that it holds either the old content or the new, whole:
  /// temporary file, fsync, rename, fsync of the directory.
  ///
  /// Two at once for one name need a lock round them.
  ///
  /// - Parameter durable: whether that holds after a crash of the machine too; without it, only whatever process dies.
  /// - Throws: `GantryError` from the file system.
  public func replaceFile(
    _ name: String, with bytes: [UInt8], mode: mode_t = 0o600, durable: Bool = true
  ) throws(GantryError) {
    let temporary = ".\(name).tmp"
    let file = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
    try file.writeAll(bytes)
    if durable { try file.synchronize() }
    try rename(temporary, to: name)
    if durable { try synchronize() }
  }

  /// Waits until what was written to this file, or changed in this directory, is on the disk.
  ///
  /// - Throws: `GantryError` from fsync(2).
  public func synchronize() throws(GantryError) {
    try retryingOnInterrupt("fsync") { fsync(number) }
  }

  /// Renames within this directory; what is called `name` already goes.
  ///
  /// - Throws: `GantryError` from renameat(2).
  public func rename(_ old: String, to name: String) throws(GantryError) {
    try retryingOnInterrupt("renameat", name) { renameat(number, old, number, name) }
  }

  /// Makes a directory in this one, with exactly `mode`, whatever the umask, and opens it. One that is there stays as it is.
  ///
  /// - Throws: `GantryError` from mkdirat(2) and its like.
  public func makeDirectory(_ name: String, mode: mode_t = 0o700) throws(GantryError) -> FileDescriptor {
    let isNew = mkdirat(number, name, mode) == 0
    guard isNew || gantry_errno() == EEXIST else { throw .system("mkdirat", name) }
    let directory = try open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    if isNew { try retryingOnInterrupt("fchmod", name) { fchmod(directory.number, mode) } }
    return directory
  }
}
