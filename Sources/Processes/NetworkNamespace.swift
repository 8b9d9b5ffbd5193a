import CLinux
import Errors
import Glibc
import Linux
import Threads

/// Network namespaces as descriptors: no name, no mount, gone with the last descriptor and process.
public enum NetworkNamespace {
  /// CLONE_NEWNET, which glibc hides behind _GNU_SOURCE.
  private static let newNetworkNamespace: Int32 = 0x4000_0000

  /// Makes an empty network namespace whose loopback interface is up.
  ///
  /// It is made on a thread of its own, which ends in there; nothing else ever runs in it.
  ///
  /// - Returns: a descriptor for setns(2).
  /// - Throws: `.permissionDenied` without CAP_SYS_ADMIN.
  public static func create() async throws -> FileDescriptor {
    try await DetachedThread.run(name: "netns") {
      guard gantry_unshare(newNetworkNamespace) == 0 else { throw GantryError.system("unshare", "network namespace") }
      let namespace = try FileDescriptor.open("/proc/thread-self/ns/net", O_RDONLY)
      try raiseLoopback()
      return namespace
    }
  }

  private static func raiseLoopback() throws(GantryError) {
    let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = FileDescriptor(
      adopting: try retryingOnInterrupt("socket") { Glibc.socket(AF_INET, kind, 0) })
    try retryingOnInterrupt("ioctl", "lo") { gantry_interface_up(socket.number, "lo") }
  }
}
