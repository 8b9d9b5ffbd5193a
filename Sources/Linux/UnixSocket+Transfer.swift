import CLinux
import Errors
import Glibc

extension UnixSocket {
  /// Ends a connection in both directions, whoever still holds descriptors of it. What was sent before still arrives.
  public static func shutdown(_ socket: FileDescriptor) {
    // It fails only where the connection has ended already.
    _ = Glibc.shutdown(socket.number, Int32(SHUT_RDWR))
  }

  /// What one `receive` has brought.
  public struct Receipt: Sendable {
    /// How many bytes; 0 is end of file.
    public let count: Int
    /// In the order in which they were sent.
    public let descriptors: [FileDescriptor]
    /// More came than there was room for, or the process may open no more; those are closed.
    public let descriptorsLost: Bool
  }

  /// Sends bytes, and with the first of them descriptors, as far as there is room: never blocks, no SIGPIPE.
  ///
  /// - Returns: how many bytes were taken; nil when there is no room now. With any bytes taken, all descriptors are.
  /// - Throws: `GantryError` from sendmsg(2).
  public static func send(
    _ socket: FileDescriptor, _ bytes: UnsafeRawBufferPointer, descriptors: [FileDescriptor] = []
  ) throws(GantryError) -> Int? {
    while true {
      let sent =
        descriptors.isEmpty
        ? gantry_send(socket.number, bytes.baseAddress, bytes.count, nil, 0)
        : withExtendedLifetime(descriptors) {
          gantry_send(
            socket.number, bytes.baseAddress, bytes.count, descriptors.map(\.number), descriptors.count)
        }
      if sent >= 0 { return sent }
      switch gantry_errno() {
      case EINTR: continue
      case EAGAIN: return nil
      case let code: throw .system("sendmsg", errno: code)
      }
    }
  }

  /// Receives what is there, without blocking; descriptors arrive close-on-exec.
  ///
  /// - Parameter limit: room for descriptors, at most 32.
  /// - Returns: nil when nothing is there now.
  /// - Throws: `GantryError` from recvmsg(2).
  public static func receive(
    _ socket: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, descriptorLimit limit: Int = 16
  ) throws(GantryError) -> Receipt? {
    typealias Numbers = (
      Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64
    )
    var storage: Numbers = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    return try withUnsafeMutableBytes(of: &storage) { (raw) -> Result<Receipt?, GantryError> in
      let numbers = raw.bindMemory(to: Int32.self)
      while true {
        var count = min(limit, numbers.count)
        var lost: Int32 = 0
        let received = gantry_receive(
          socket.number, buffer.baseAddress, buffer.count, numbers.baseAddress, &count, &lost)
        if received >= 0 {
          let descriptors = count == 0 ? [] : numbers.prefix(count).map { FileDescriptor(adopting: $0) }
          return .success(Receipt(count: received, descriptors: descriptors, descriptorsLost: lost != 0))
        }
        switch gantry_errno() {
        case EINTR: continue
        case EAGAIN: return .success(nil)
        case let code: return .failure(.system("recvmsg", errno: code))
        }
      }
    }.get()
  }
}
