import CLinux
import CNetlink
import Errors
import Glibc
import Linux
import Threads

/// A routing socket of one network namespace. Not for several threads at once.
///
/// A socket belongs for ever to the namespace it was opened in, so one opened inside a container's namespace configures
/// that container from outside.
final class NetlinkSocket {
  private let descriptor: FileDescriptor
  private var sequence: UInt32 = 0

  /// Opens a socket in the calling thread's network namespace.
  ///
  /// - Throws: from socket(2).
  init() throws(GantryError) {
    descriptor = try Self.open()
    try limitWaiting()
  }

  /// Opens a socket in another network namespace.
  ///
  /// - Throws: from setns(2) or socket(2).
  init(inside namespace: FileDescriptor) throws(GantryError) {
    descriptor = try DetachedThread.runBlocking(name: "netlink") { () throws(GantryError) in
      try retryingOnInterrupt("setns", "network namespace") { gantry_setns(namespace.number, 0) }
      return try Self.open()
    }
    try limitWaiting()
  }

  private static func open() throws(GantryError) -> FileDescriptor {
    let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    return FileDescriptor(
      adopting: try retryingOnInterrupt("socket", "netlink") { socket(AF_NETLINK, type, NETLINK_ROUTE) })
  }

  /// The kernel answers at once; a missing answer must not hold the plugin.
  private func limitWaiting() throws(GantryError) {
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    try retryingOnInterrupt("setsockopt", "netlink") {
      setsockopt(descriptor.number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// Sends a message and waits until the kernel has carried it out.
  ///
  /// - Parameter what: what is being done, for the error.
  /// - Throws: the kernel's errno.
  func perform(_ message: NetlinkMessage, _ what: String) throws(GantryError) {
    _ = try exchange(message, what)
  }

  /// Sends a message and gathers what the kernel answers.
  ///
  /// - Throws: the kernel's errno.
  func exchange(_ message: NetlinkMessage, _ what: String) throws(GantryError) -> [NetlinkReply] {
    sequence &+= 1
    let bytes = message.finished(sequence: sequence)
    try retryingOnInterrupt("send", what) { send(descriptor.number, bytes, bytes.count, 0) }
    var replies: [NetlinkReply] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try retryingOnInterrupt("recv", what) { recv(descriptor.number, &buffer, buffer.count, 0) }
      if try parse(buffer[..<count], into: &replies, what) { return replies }
    }
  }

  /// - Returns: whether the answer is complete.
  private func parse(
    _ bytes: ArraySlice<UInt8>, into replies: inout [NetlinkReply], _ what: String
  ) throws(GantryError) -> Bool {
    var offset = 0
    let all = NetlinkReply(type: 0, payload: Array(bytes))
    while offset + 16 <= bytes.count {
      let length = Int(all.integer(at: offset, as: UInt32.self))
      guard length >= 16, offset + length <= bytes.count else { break }
      let type = all.integer(at: offset + 4, as: UInt16.self)
      let flags = all.integer(at: offset + 6, as: UInt16.self)
      if all.integer(at: offset + 8, as: UInt32.self) == sequence {
        switch Int32(type) {
        case NLMSG_ERROR:
          let errno = -all.integer(at: offset + 16, as: Int32.self)
          if errno != 0 { throw .system("netlink", what, errno: errno) }
          return true
        case NLMSG_DONE: return true
        default:
          replies.append(NetlinkReply(type: type, payload: Array(all.payload[offset + 16..<offset + length])))
          if flags & UInt16(NLM_F_MULTI) == 0 { return true }
        }
      }
      offset += (length + 3) & ~3
    }
    return false
  }
}
