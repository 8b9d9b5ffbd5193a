import Errors

/// The messages of a stream that arrive here, still encoded. One task at a time may wait on it.
public struct RawInbound: Sendable {
  private let buffer: InboundBuffer
  /// On the client, the call: it is abandoned with the last reference.
  private let call: ClientStream?

  init(buffer: InboundBuffer, keeping call: ClientStream? = nil) {
    self.buffer = buffer
    self.call = call
  }

  /// The next message; nil after the last one.
  ///
  /// - Throws: `GantryError`: what ended the stream, or `.cancelled` if the waiting task was cancelled.
  public func next() async throws(GantryError) -> RawMessage? {
    try await buffer.next()
  }
}
