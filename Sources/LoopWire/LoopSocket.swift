import Errors
import Linux
import Wire

/// One connected socket on a loop: reads when there is something, writes when there is room.
///
/// It owns no buffer for reading: each read borrows one, a larger one while a long frame arrives, and gives it back.
/// A connection that waits costs next to no memory.
final class LoopSocket {
  private static let smallRead = 4 << 10
  private static let largeRead = 256 << 10

  let loop: EventLoop
  let descriptor: FileDescriptor
  private var interest: Readiness = .readable
  private(set) var isOpen = true

  init(_ loop: EventLoop, _ descriptor: FileDescriptor) {
    self.loop = loop
    self.descriptor = descriptor
  }

  func start(_ handler: @escaping (Readiness) -> Void) throws(GantryError) {
    try loop.add(descriptor, interest, handler: handler)
  }

  /// Watches for room only while something waits; reads only while the connection may take more.
  func watch(reading: Bool, writing: Bool) {
    var wanted: Readiness = []
    if reading { wanted.insert(.readable) }
    if writing { wanted.insert(.writable) }
    guard isOpen, wanted != interest else { return }
    interest = wanted
    // It can only fail for a descriptor that is not watched, and this one is while it is open.
    try? loop.modify(descriptor, wanted)
  }

  /// What one read has brought.
  enum Input {
    case nothing
    case endOfFile
    case taken
  }

  /// Reads once and hands over what came.
  ///
  /// - Parameter missing: how many bytes of a frame are outstanding.
  func read(missing: Int, _ take: (Received) -> Void) -> Input {
    let size = missing > Self.smallRead ? min(missing, Self.largeRead) : Self.smallRead
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { buffer -> Input in
      do throws(GantryError) {
        guard
          let receipt = try UnixSocket.receive(
            descriptor, into: buffer, descriptorLimit: MessageLimits.descriptors)
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

  /// Sends what waits as far as there is room.
  ///
  /// - Throws: `GantryError` when the peer is gone.
  func flush(_ outbound: inout OutboundQueue) throws(GantryError) {
    guard isOpen else { return outbound.removeAll() }
    try outbound.drain { (bytes, descriptors) throws(GantryError) in
      try UnixSocket.send(descriptor, bytes, descriptors: descriptors)
    }
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    loop.remove(descriptor)
    // Whoever gave us the socket may still hold it.
    UnixSocket.shutdown(descriptor)
  }
}
