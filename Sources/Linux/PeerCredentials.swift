import CLinux
import Errors
import Glibc

/// Who is at the other end of a unix socket, as the kernel noted it when the connection was made.
public struct PeerCredentials: Sendable, Hashable {
  public let pid: pid_t
  public let uid: uid_t
  public let gid: gid_t

  public init(pid: pid_t, uid: uid_t, gid: gid_t) {
    self.pid = pid
    self.uid = uid
    self.gid = gid
  }
}

extension FileDescriptor {
  /// The credentials of the process at the other end of this unix socket.
  ///
  /// - Throws: `GantryError` from getsockopt(2).
  public func peerCredentials() throws(GantryError) -> PeerCredentials {
    var pid: pid_t = 0
    var uid: uid_t = 0
    var gid: gid_t = 0
    try retryingOnInterrupt("getsockopt", "SO_PEERCRED") { gantry_peer_credentials(number, &pid, &uid, &gid) }
    return PeerCredentials(pid: pid, uid: uid, gid: gid)
  }
}
