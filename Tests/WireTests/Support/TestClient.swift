import AsyncWire
import Errors
import Linux
import Wire

/// What both drivers' clients can do.
protocol TestClient: Sendable {
  func unary(_ method: MethodDescriptor, _ payload: [UInt8], _ options: CallOptions) async throws(GantryError)
    -> RawMessage

  /// A call of any streaming shape: sends the messages, closes, and collects what comes.
  func stream(
    _ method: MethodDescriptor, payload: [UInt8], sending messages: [RawMessage], _ options: CallOptions
  ) async throws(GantryError) -> [RawMessage]

  func close()
}

extension TestClient {
  func unary(_ method: MethodDescriptor, _ payload: [UInt8] = []) async throws(GantryError) -> [UInt8] {
    try await unary(method, payload, CallOptions(timeout: .seconds(20))).payload
  }

  func stream(
    _ method: MethodDescriptor, payload: [UInt8] = [], sending messages: [[UInt8]] = []
  ) async throws(GantryError) -> [[UInt8]] {
    try await stream(
      method, payload: payload, sending: messages.map { RawMessage(payload: $0) }, CallOptions(timeout: .seconds(20))
    ).map(\.payload)
  }
}

struct AsyncTestClient: TestClient {
  let client: Client

  func unary(_ method: MethodDescriptor, _ payload: [UInt8], _ options: CallOptions) async throws(GantryError)
    -> RawMessage
  {
    try await client.unary(method, payload: payload, options: options)
  }

  func stream(
    _ method: MethodDescriptor, payload: [UInt8], sending messages: [RawMessage], _ options: CallOptions
  ) async throws(GantryError) -> [RawMessage] {
    if !method.clientStreams {
      let responses: InboundStream<BytesMessage> = try await client.serverStream(
        method, BytesMessage(payload), options: options)
      return try await collect(responses)
    }
    if !method.serverStreams {
      let call: ClientStreamCall<BytesMessage, BytesMessage> = try await client.clientStream(method, options: options)
      for message in messages { try await call.send(BytesMessage(message.payload), descriptors: message.descriptors) }
      let answer = try await call.finishReply()
      return [RawMessage(payload: answer.message.bytes, descriptors: answer.descriptors)]
    }
    let call: BidirectionalCall<BytesMessage, BytesMessage> = try await client.bidirectional(method, options: options)
    async let sent: Void = {
      for message in messages { try await call.send(BytesMessage(message.payload), descriptors: message.descriptors) }
      call.closeSend()
    }()
    let collected = try await collect(call.responses)
    do {
      try await sent
    } catch {
      throw (error as? GantryError) ?? GantryError(.unknown, "\(error)")
    }
    return collected
  }

  private func collect(_ responses: InboundStream<BytesMessage>) async throws(GantryError) -> [RawMessage] {
    var collected: [RawMessage] = []
    var iterator = responses.makeAsyncIterator()
    while let reply = try await iterator.nextReply() {
      collected.append(RawMessage(payload: reply.message.bytes, descriptors: reply.descriptors))
    }
    return collected
  }

  func close() { client.close() }
}
