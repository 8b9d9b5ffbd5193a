import AsyncWire
import Errors
import Messages
import Wire

/// Gives every call that is to be answered at once a deadline, so that a hung engine does not hang its callers.
package struct TimedCaller: Caller {
  /// Starting may fetch, mount and configure; more than this is no work any more.
  private static let timeout = Duration.seconds(120)

  /// What takes as long as a container does, or as what it is made of is large.
  private static let unhurried: Set<MethodDescriptor> = [
    GantryEngineV1.ContainersMethods.wait, GantryEngineV1.ContainersMethods.execWait,
    GantryEngineV1.ContainersMethods.stop, GantryEngineV1.ContainersMethods.restart,
    GantryEngineV1.ContainerTreesMethods.export, GantryEngineV1.ContainerTreesMethods.commit,
    GantryEngineV1.ContainerTreesMethods.changes, GantryEngineV1.ImageStoreMethods.prune,
    GantryEngineV1.ImagesMethods.remove, GantryEngineV1.StorageMethods.collect,
    GantryEngineV1.StorageMethods.diskUsage,
  ]

  private let client: Client

  package init(_ client: Client) { self.client = client }

  package func unary<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> Reply<R> {
    var options = options
    if options.timeout == nil, !Self.unhurried.contains(method) { options.timeout = Self.timeout }
    return try await client.unary(method, request, options: options)
  }

  package func serverStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions
  ) async throws(GantryError) -> InboundStream<R> {
    try await client.serverStream(method, request, options: options)
  }

  package func clientStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> ClientStreamCall<Q, R> {
    try await client.clientStream(method, options: options)
  }

  package func bidirectional<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions
  ) async throws(GantryError) -> BidirectionalCall<Q, R> {
    try await client.bidirectional(method, options: options)
  }
}
