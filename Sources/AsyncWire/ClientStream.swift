import Errors
import Wire

/// One call of a client that is no unary call. It is abandoned with its last reference.
final class ClientStream: Sendable {
  let method: MethodDescriptor
  let inbound: InboundBuffer
  private let client: Client
  private let number: UInt32

  init(_ client: Client, _ method: MethodDescriptor, _ payload: [UInt8], _ options: CallOptions) throws(GantryError) {
    let buffer = InboundBuffer()
    number = try client.connection.begin(method, payload, options, .messages(buffer))
    inbound = buffer
    self.method = method
    self.client = client
  }

  deinit { client.connection.giveUp(number, .cancelled(method)) }

  func send(_ message: RawMessage) async throws(GantryError) {
    do throws(GantryError) {
      try await client.connection.send(number, message)
    } catch {
      // Why the call has ended says more than that it has.
      throw inbound.failure ?? error
    }
  }

  func closeSend() {
    client.connection.closeSend(number)
  }
}
