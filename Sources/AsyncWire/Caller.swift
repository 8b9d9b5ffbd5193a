import Errors
import Wire

/// Whatever calls can be made through: one connection, or something that knows how to get a new one.
///
/// The generated clients take any. `Client` is one connection and ends with it; the supervisor's
/// `PluginConnection` waits for a plugin that is being restarted and sends idempotent calls once more.
public protocol Caller: Sendable {
  /// Sends one message and waits for one answer.
  func unary<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> Reply<R>

  /// Sends one message; any number of answers come.
  func serverStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> InboundStream<R>

  /// Opens a call in which this side sends any number of messages and one answer comes.
  func clientStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> ClientStreamCall<Q, R>

  /// Opens a call in which both sides send any number of messages.
  func bidirectional<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> BidirectionalCall<Q, R>
}

extension Client: Caller {}
