import CLinux
import Errors
import Glibc

/// Unix stream sockets: making them, and passing bytes and descriptors without blocking.
public enum UnixSocket {
  /// A connected pair, close-on-exec.
  ///
  /// - Throws: `GantryError` from socketpair(2).
  public static func pair() throws(GantryError) -> (FileDescriptor, FileDescriptor) {
    var ends: [Int32] = [0, 0]
    try retryingOnInterrupt("socketpair") { gantry_unix_socketpair(&ends) }
    return (FileDescriptor(adopting: ends[0]), FileDescriptor(adopting: ends[1]))
  }

  /// A listening socket at `path`, non-blocking. A dead socket that lies there is replaced, a live one is not.
  ///
  /// - Parameter mode: the permissions of the socket file, set before anyone can connect.
  /// - Throws: `GantryError`: `.alreadyExists` when somebody listens there; else from bind(2), listen(2).
  public static func listen(path: String, mode: mode_t = 0o600, backlog: Int32 = 128) throws(GantryError)
    -> FileDescriptor
  {
    let socket = FileDescriptor(adopting: try retryingOnInterrupt("socket") { gantry_unix_socket() })
    do throws(GantryError) {
      try bind(socket, path)
    } catch {
      guard error.errno == EADDRINUSE else { throw error }
      try removeDead(path)
      try bind(socket, path)
    }
    try retryingOnInterrupt("chmod", path) { chmod(path, mode) }
    try retryingOnInterrupt("listen", path) { Glibc.listen(socket.number, backlog) }
    return socket
  }

  private static func bind(_ socket: FileDescriptor, _ path: String) throws(GantryError) {
    try withAddress(path) { (address) throws(GantryError) in
      try retryingOnInterrupt("bind", path) { gantry_unix_bind(socket.number, address, strlen(address)) }
    }
  }

  private static func removeDead(_ path: String) throws(GantryError) {
    do throws(GantryError) {
      _ = try connect(path: path)
    } catch {
      guard error.errno == ECONNREFUSED else { throw error }
      var status = stat()
      try retryingOnInterrupt("lstat", path) { lstat(path, &status) }
      guard status.st_mode & S_IFMT == S_IFSOCK else { throw .system("bind", path, errno: EADDRINUSE) }
      try retryingOnInterrupt("unlink", path) { unlink(path) }
      return
    }
    throw GantryError(.alreadyExists, "socket \(path) is in use: another process listens there; stop it first")
  }

  /// A socket connected to the listener at `path`, non-blocking.
  ///
  /// - Throws: `GantryError` from connect(2); errno is `EAGAIN` when the listener's backlog is full,
  ///   `ECONNREFUSED` (`.unavailable`) when nobody listens, `ENOENT` (`.notFound`) when there is no such file.
  public static func connect(path: String) throws(GantryError) -> FileDescriptor {
    let socket = FileDescriptor(adopting: try retryingOnInterrupt("socket") { gantry_unix_socket() })
    try withAddress(path) { (address) throws(GantryError) in
      try retryingOnInterrupt("connect", path) { gantry_unix_connect(socket.number, address, strlen(address)) }
    }
    return socket
  }

  /// The next connection that waits at a non-blocking listener; nil when there is none.
  ///
  /// - Throws: `GantryError` from accept4(2).
  public static func accept(_ listener: FileDescriptor) throws(GantryError) -> FileDescriptor? {
    while true {
      let number = gantry_accept(listener.number)
      if number >= 0 { return FileDescriptor(adopting: number) }
      switch gantry_errno() {
      case EAGAIN: return nil
      case EINTR, ECONNABORTED: continue
      case let code: throw .system("accept4", errno: code)
      }
    }
  }

  /// The longest path that fits a socket address.
  private static let longestPath = 107

  /// Calls `body` with an address for `path`. A path that is too long for the kernel goes by its directory.
  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<CChar>) throws(GantryError) -> Void
  ) throws(GantryError) {
    guard path.utf8.count > longestPath else { return try pass(path, body) }
    guard let slash = path.lastIndex(of: "/") else { throw .system("socket address", path, errno: ENAMETOOLONG) }
    let directory = try FileDescriptor.open(String(path[..<slash]), O_DIRECTORY | O_RDONLY)
    try pass("/proc/self/fd/\(directory.number)\(path[slash...])", body)
  }

  private static func pass(
    _ path: String, _ body: (UnsafePointer<CChar>) throws(GantryError) -> Void
  ) throws(GantryError) {
    try path.withCString { (address) -> Result<Void, GantryError> in
      do throws(GantryError) { return .success(try body(address)) } catch { return .failure(error) }
    }.get()
  }
}
