import Errors
import Wire

/// One call of a client that is no unary call.
final class ClientStream: Sendable {
  let method: MethodDescriptor
  let inbound = InboundBuffer()

  init(method: MethodDescriptor) { self.method = method }

  func send(_ message: RawMessage) async throws(GantryError) {
    throw GantryError(.unimplemented, "streams")
  }

  func closeSend() throws(GantryError) {
    throw GantryError(.unimplemented, "streams")
  }
}
