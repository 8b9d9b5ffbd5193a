import Glibc
import Linux

/// Who may talk to a server, decided by the kernel's word (`SO_PEERCRED`) on who connected.
///
/// A peer that is refused sees its connection closed without a byte, as with containerd.
public enum PeerPolicy: Sendable {
  /// Processes of our own effective user, and root.
  case sameUser
  /// Whoever can reach the socket: its file mode decides.
  case any
  /// Those for which the closure says so.
  case matching(@Sendable (PeerCredentials) -> Bool)

  /// Whether a peer may talk to us.
  public func allows(_ peer: PeerCredentials) -> Bool {
    switch self {
    case .sameUser: peer.uid == geteuid() || peer.uid == 0
    case .any: true
    case .matching(let allows): allows(peer)
    }
  }
}
