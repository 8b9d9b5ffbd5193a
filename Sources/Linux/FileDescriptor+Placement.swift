import CLinux
import Errors
import Glibc

extension FileDescriptor {
  /// Tells ext2, ext3 and ext4 that what lies in the subdirectories of this directory has nothing to do with one another: each new
  /// one gets a part of the disk where little is in use, and its files lie there with it. It stays so for good.
  ///
  /// Without it they all share one part, whose inodes come and go: an ext4 without a journal looks at each that was removed within
  /// the last minutes before it takes a free one, a millisecond for each file that is made.
  ///
  /// - Returns: whether the file system knows of this; the others place their files by themselves.
  /// - SeeAlso: chattr(1), attribute `T`.
  @discardableResult
  public func spreadSubdirectories() -> Bool { gantry_spread_subdirectories(number) == 0 }
}

extension Directory {
  /// Makes `path` as `create` does, for directories that have nothing to do with one another: they are spread over the disk.
  ///
  /// - Throws: as `create`; `GantryError` from open(2).
  public static func createSpreading(_ path: String, mode: mode_t) throws(GantryError) {
    try create(path, mode: mode)
    try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY).spreadSubdirectories()
  }
}
