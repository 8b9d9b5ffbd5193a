import AsyncWire
import Errors
import Wire

/// One connection whose unary calls never wait for ever: those without a timeout of their own get one.
struct DeadlineCaller: Caller {
  let client: Client
  let timeout: Duration
  /// Names of the methods that may take as long as they take, such as "Wait".
  let unlimited: Set<String>
  /// What the peer is called in messages.
  let subject: String

  func unary<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> Reply<R> {
    var options = options
    if options.timeout == nil, !unlimited.contains(method.method) { options.timeout = timeout }
    do throws(GantryError) {
      return try await client.unary(method, request, options: options)
    } catch {
      guard error.code == .deadlineExceeded, let timeout = options.timeout else { throw error }
      throw GantryError(
        .deadlineExceeded, "\(subject) did not answer \(method.method) within \(timeout.inWords)", cause: .error(error))
    }
  }

  func serverStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> InboundStream<R> {
    try await client.serverStream(method, request, options: options)
  }

  func clientStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> ClientStreamCall<Q, R> {
    try await client.clientStream(method, options: options)
  }

  func bidirectional<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> BidirectionalCall<Q, R> {
    try await client.bidirectional(method, options: options)
  }
}
