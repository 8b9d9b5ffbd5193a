import Glibc
import Linux

/// Which file it is, whatever it is called by now.
struct FileIdentity: Hashable {
  let device: UInt64
  let inode: UInt64

  init?(of descriptor: FileDescriptor) {
    var status = stat()
    guard fstat(descriptor.number, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}
