import CLinux

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
