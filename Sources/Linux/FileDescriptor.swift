import CLinux
import Errors
import Glibc

/// An open file descriptor with exactly one owner: it is closed when the last reference goes.
///
/// Every descriptor the engine opens is close-on-exec. Safe to use from several threads; what the
/// descriptor refers to keeps its own rules.
public final class FileDescriptor: Sendable {
  /// The number, valid for as long as this object lives.
  public let number: Int32

  /// Takes over an open descriptor.
  public init(adopting number: Int32) {
    self.number = number
  }

  deinit { _ = close(number) }

  /// Opens `path`, close-on-exec.
  ///
  /// - Parameter flags: `O_` flags of open(2); `O_CLOEXEC` is added.
  /// - Throws: `GantryError` from open(2).
  public static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws(GantryError) -> FileDescriptor {
    let number = try retryingOnInterrupt("open", path) { gantry_open(path, flags | O_CLOEXEC, mode) }
    return FileDescriptor(adopting: number)
  }

  /// Opens `path` below this directory, close-on-exec.
  ///
  /// - Throws: `GantryError` from openat(2).
  public func open(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws(GantryError) -> FileDescriptor {
    let number = try retryingOnInterrupt("openat", path) { gantry_openat(self.number, path, flags | O_CLOEXEC, mode) }
    return FileDescriptor(adopting: number)
  }

  /// A second descriptor for the same open file, close-on-exec.
  ///
  /// - Throws: `GantryError` from fcntl(2).
  public func duplicate() throws(GantryError) -> FileDescriptor {
    let number = try retryingOnInterrupt("fcntl") { gantry_fcntl(self.number, F_DUPFD_CLOEXEC, 0) }
    return FileDescriptor(adopting: number)
  }

  /// Switches between blocking and non-blocking reads and writes.
  ///
  /// - Throws: `GantryError` from fcntl(2).
  public func setNonBlocking(_ nonBlocking: Bool) throws(GantryError) {
    let flags = try retryingOnInterrupt("fcntl") { gantry_fcntl(number, F_GETFL, 0) }
    let wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
    try retryingOnInterrupt("fcntl") { gantry_fcntl(number, F_SETFL, Int(wanted)) }
  }

  /// A pipe, both ends close-on-exec.
  ///
  /// - Throws: `GantryError` from pipe2(2).
  public static func pipe(_ flags: Int32 = 0) throws(GantryError) -> (readEnd: FileDescriptor, writeEnd: FileDescriptor)
  {
    var ends: [Int32] = [0, 0]
    try retryingOnInterrupt("pipe2") { gantry_pipe2(&ends, flags | O_CLOEXEC) }
    return (FileDescriptor(adopting: ends[0]), FileDescriptor(adopting: ends[1]))
  }
}
