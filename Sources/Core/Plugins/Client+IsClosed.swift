import AsyncWire

extension Client {
  /// Whether the peer is gone, known at the latest when a call has ended as `.unavailable`.
  func isClosed() async -> Bool {
    let closed: Void? = try? await withDeadline(.milliseconds(10), "connection") { await self.waitUntilClosed() }
    return closed != nil
  }
}
