import Errors
import Linux
import Wire

/// A call in which the client sends many messages and the server answers with one.
public struct ClientStreamCall<Q: Message, R: Message>: Sendable {
  let stream: ClientStream

  /// Sends one message; returns when the connection has room for more.
  ///
  /// - Throws: `GantryError`, as `RawOutbound.send`, or what the server has ended the call with.
  public func send(_ message: Q, descriptors: [FileDescriptor] = []) async throws(GantryError) {
    try await stream.send(RawMessage(payload: message.serialized(), descriptors: descriptors))
  }

  /// Says that no message follows and waits for the answer.
  ///
  /// - Throws: `GantryError`: the server's, or the connection's.
  public func finish() async throws(GantryError) -> R {
    try await finishReply().message
  }

  /// As `finish()`, with the descriptors that came with the answer.
  public func finishReply() async throws(GantryError) -> Reply<R> {
    stream.closeSend()
    guard let answer = try await stream.inbound.next() else {
      throw GantryError(.internal, "method \(stream.method) ended without an answer; the server is at fault")
    }
    return Reply(message: try R(serialized: answer.payload), descriptors: answer.descriptors)
  }
}
