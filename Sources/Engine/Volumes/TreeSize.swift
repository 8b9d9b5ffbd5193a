import Errors
import Glibc
import Linux

/// Bytes of the files in a tree, each counted once whatever names it has.
enum TreeSize {
  private struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t
  }

  /// What cannot be read counts nothing. Blocks.
  static func bytes(in path: String) -> Int64 {
    guard let root = try? FileDescriptor.open(path, O_RDONLY | O_DIRECTORY) else { return 0 }
    var seen: Set<Identity> = []
    return bytes(in: root, &seen, depth: 0)
  }

  private static func bytes(in directory: FileDescriptor, _ seen: inout Set<Identity>, depth: Int) -> Int64 {
    guard depth < 256, let names = try? directory.rawDirectoryEntries() else { return 0 }
    var total: Int64 = 0
    for name in names {
      var status = stat()
      guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        if let inner = try? directory.openDirectory(rawName: name) {
          total += bytes(in: inner, &seen, depth: depth + 1)
        }
      } else if status.st_nlink == 1 || seen.insert(Identity(device: status.st_dev, inode: status.st_ino)).inserted {
        total += Int64(status.st_size)
      }
    }
    return total
  }
}
