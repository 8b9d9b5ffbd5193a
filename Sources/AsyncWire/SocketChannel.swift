import Errors
import Linux
import Wire

/// The socket of one connection, as its lock protects it: what it is watched for, and who waits for room.
struct SocketChannel: Sendable {
  private static let readable: UInt32 = 0x1
  private static let writable: UInt32 = 0x4

  let reactor: Reactor
  /// nil once the connection is closed.
  private(set) var socket: FileDescriptor?
  private var token: Reactor.Token?
  private var bits: UInt32 = readable
  /// Streams whose consumers are behind: nothing is read while there is one.
  var stalled: Set<UInt32> = []
  /// Stream senders that wait until less is to be sent.
  private var waiters: [(stream: UInt32, slot: Slot<Void>)] = []

  init(_ socket: FileDescriptor, _ reactor: Reactor) {
    self.socket = socket
    self.reactor = reactor
  }

  var isOpen: Bool { socket != nil }

  mutating func start(_ handler: @escaping @Sendable (UInt32) -> Void) throws(GantryError) {
    guard let socket else { return }
    token = try reactor.add(socket, bits: bits, handler)
  }

  /// Sends what waits as far as there is room, and watches for what is needed next.
  ///
  /// - Parameter readLimit: while more than this waits, nothing is read.
  /// - Returns: senders to be told that there is room, once the lock is free; nil when the peer takes nothing more.
  mutating func flush(_ outbound: inout OutboundQueue, readLimit: Int = .max) -> [Slot<Void>]? {
    guard let socket else {
      outbound.removeAll()
      return []
    }
    do throws(GantryError) {
      try outbound.drain { (bytes, descriptors) throws(GantryError) in
        try UnixSocket.send(socket, bytes, descriptors: descriptors)
      }
    } catch {
      outbound.removeAll()
      return nil
    }
    watch(reading: stalled.isEmpty && outbound.count <= readLimit, writing: !outbound.isEmpty)
    guard !waiters.isEmpty, outbound.count < StreamLimits.outbound else { return [] }
    defer { waiters = [] }
    return waiters.map(\.slot)
  }

  private mutating func watch(reading: Bool, writing: Bool) {
    let wanted = (reading ? Self.readable : 0) | (writing ? Self.writable : 0)
    guard let socket, let token, wanted != bits else { return }
    reactor.change(socket, from: bits, to: wanted, token)
    bits = wanted
  }

  /// A place in the queue for room.
  mutating func waitForRoom(_ stream: UInt32) -> Slot<Void> {
    let slot = Slot<Void>()
    waiters.append((stream, slot))
    return slot
  }

  /// The waiting senders of a stream that has ended; told so once the lock is free.
  mutating func takeWaiters(of stream: UInt32) -> [Slot<Void>] {
    guard !waiters.isEmpty else { return [] }
    defer { waiters.removeAll { $0.stream == stream } }
    return waiters.filter { $0.stream == stream }.map(\.slot)
  }

  /// Closes the socket; all waiting senders are to be told.
  mutating func close() -> [Slot<Void>] {
    guard let socket else { return [] }
    if let token { reactor.remove(socket, token) }
    // Whoever gave us the socket may still hold it.
    UnixSocket.shutdown(socket)
    self.socket = nil
    stalled = []
    defer { waiters = [] }
    return waiters.map(\.slot)
  }
}

extension SocketChannel {
  /// What one read has brought.
  enum Input {
    case nothing
    case endOfFile
    case taken
  }

  /// Reads once, on the reactor's thread, without the connection's lock.
  static func read(_ socket: FileDescriptor, missing: Int, _ take: (Received) -> Void) -> Input {
    let size = missing > 64 << 10 ? 256 << 10 : 64 << 10
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { buffer -> Input in
      do throws(GantryError) {
        guard let receipt = try UnixSocket.receive(socket, into: buffer, descriptorLimit: MessageLimits.descriptors)
        else { return .nothing }
        if receipt.count == 0 { return .endOfFile }
        let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer).prefix(receipt.count))
        take(Received(bytes, descriptors: receipt.descriptors, descriptorsLost: receipt.descriptorsLost))
        return .taken
      } catch {
        return .endOfFile
      }
    }
  }
}
