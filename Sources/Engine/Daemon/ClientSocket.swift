import Core
import Errors
import Glibc
import Linux

/// The socket that clients connect to.
enum ClientSocket {
  private static let group = "gantry"

  /// Listens at `path`, mode 0660, owned by the group "gantry" where there is one. Who may connect is root.
  ///
  /// - Throws: `.alreadyExists` where another process listens there.
  static func listen(_ path: String) throws(GantryError) -> FileDescriptor {
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try Directory.create(String(path[..<slash]), mode: 0o755)
    }
    let listener = try UnixSocket.listen(path: path, mode: 0o660, backlog: 1024)
    if let id = groupID() { chown(path, 0, id) }
    return listener
  }

  private static func groupID() -> gid_t? {
    var entry = Glibc.group()
    var result: UnsafeMutablePointer<Glibc.group>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    guard getgrnam_r(group, &entry, &buffer, buffer.count, &result) == 0, result != nil else { return nil }
    return entry.gr_gid
  }
}
