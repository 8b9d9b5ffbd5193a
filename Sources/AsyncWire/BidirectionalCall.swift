import Errors
import Linux
import Wire

/// A call in which both sides send any number of messages.
public struct BidirectionalCall<Q: Message, R: Message>: Sendable {
  let stream: ClientStream

  /// What the server sends.
  public var responses: InboundStream<R> { InboundStream(RawInbound(buffer: stream.inbound, keeping: stream)) }

  /// Sends one message; returns when the connection has room for more.
  ///
  /// - Throws: `GantryError`, as `RawOutbound.send`, or what the server has ended the call with.
  public func send(_ message: Q, descriptors: [FileDescriptor] = []) async throws(GantryError) {
    try await stream.send(RawMessage(payload: message.serialized(), descriptors: descriptors))
  }

  /// Says that no message follows. The server's may still come. A second time it does nothing.
  public func closeSend() {
    stream.closeSend()
  }
}
