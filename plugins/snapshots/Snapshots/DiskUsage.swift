import Errors
import Glibc
import Linux

extension SnapshotUsage {
  /// What the tree `name` in `directory` takes on the disk; a file with several names counts once.
  ///
  /// What goes away meanwhile takes nothing: an active snapshot may be in use.
  ///
  /// - Throws: `GantryError` from the file system.
  public static func measuring(_ name: String, in directory: FileDescriptor) throws(GantryError) -> SnapshotUsage {
    var measurement = Measurement()
    let top = try directory.open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    var status = stat()
    try retryingOnInterrupt("fstat") { fstat(top.number, &status) }
    measurement.count(status)
    try measurement.visit(top)
    return measurement.usage
  }

  private struct Measurement {
    var usage = SnapshotUsage()
    var seen: Set<ino_t> = []

    mutating func count(_ status: stat) {
      usage.size += Int64(status.st_blocks) * 512
      usage.inodes += 1
    }

    mutating func visit(_ directory: FileDescriptor) throws(GantryError) {
      for entry in try directory.rawDirectoryEntries() {
        var status = stat()
        guard fstatat(directory.number, entry, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          count(status)
          do throws(GantryError) { try visit(directory.openDirectory(rawName: entry)) } catch {
            guard error.errno == ENOENT else { throw error }
          }
        } else if status.st_nlink < 2 || seen.insert(status.st_ino).inserted {
          count(status)
        }
      }
    }
  }
}
