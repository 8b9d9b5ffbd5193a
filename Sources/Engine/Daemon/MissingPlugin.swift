import AsyncWire
import Core
import Errors
import Wire

/// Stands where a plugin should be: each call says what is missing. So an engine without, say, a network
/// plugin starts all the same and does everything that needs none.
package struct MissingPlugin: Caller {
  let error: GantryError

  package init(_ error: GantryError) { self.error = error }

  package func unary<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> Reply<R> { throw unavailable }

  package func serverStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> InboundStream<R> { throw unavailable }

  package func clientStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> ClientStreamCall<Q, R> { throw unavailable }

  package func bidirectional<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> BidirectionalCall<Q, R> { throw unavailable }

  private var unavailable: GantryError { GantryError(.unavailable, error.message, cause: .error(error)) }
}
