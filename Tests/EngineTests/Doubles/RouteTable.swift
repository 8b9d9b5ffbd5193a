import AsyncServices
import AsyncWire
import Errors
import Linux
import Messages
import Wire

/// Answers calls of generated clients with closures, over a real socket pair.
struct RouteTable {
  private var methods: [String: [String: (descriptor: MethodDescriptor, handler: MethodHandler)]] = [:]

  /// Answers one method.
  mutating func on<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ body: @escaping @Sendable (Q, CallContext) async throws -> R
  ) {
    methods[method.service, default: [:]][method.method] = (
      method, .unary { payload, context in try await body(Q(serialized: payload), context).serialized() }
    )
  }

  /// Answers one method with a stream.
  mutating func onStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ body: @escaping @Sendable (Q, CallContext) async throws -> [R]
  ) {
    methods[method.service, default: [:]][method.method] = (
      method,
      .serverStream { payload, context, outbound in
        for message in try await body(Q(serialized: payload), context) { try await outbound.send(message.serialized()) }
      }
    )
  }

  /// A connected client of these methods.
  func client() throws -> Client {
    let server = Server(routes: methods.map { ServiceRoutes(service: $0.key, methods: $0.value) })
    let (ours, theirs) = try UnixSocket.pair()
    Task { await server.serve(connection: theirs) }
    return try Client(adopting: ours)
  }
}
