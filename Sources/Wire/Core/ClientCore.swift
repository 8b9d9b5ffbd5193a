import Errors
import Linux

/// The protocol of a ttrpc client on one connection: calls in, bytes out; bytes in, events out.
///
/// It does no I/O, has no clock and no locks: its driver does what is needed of those. Each call ends with
/// exactly one of `.answer`, `.end` and `.failed`, unless it is abandoned before; what comes late is dropped.
package struct ClientCore: Sendable {
  /// What a driver has to act on.
  package enum Event: Sendable {
    /// The one response message; the call has ended.
    case answer(stream: UInt32, payload: [UInt8], descriptors: [FileDescriptor])
    /// A message of a streaming server.
    case message(stream: UInt32, payload: [UInt8], descriptors: [FileDescriptor])
    /// A streaming server sends no more; the call has ended.
    case end(stream: UInt32)
    /// The call has ended with an error.
    case failed(stream: UInt32, GantryError)
  }

  private struct Call {
    let method: MethodDescriptor
    var canSend: Bool
  }

  private var decoder = FrameDecoder()
  private var calls: [UInt32: Call] = [:]
  private var nextStream: UInt32 = 1
  private var isExhausted = false

  /// What is to be sent.
  package var outbound = OutboundQueue()

  package init() {}

  /// How many calls are under way.
  package var callCount: Int { calls.count }

  /// How many bytes are missing of a frame that has begun to arrive: a hint for the size of the next read.
  package var missing: Int { decoder.missing }

  /// Takes what has arrived.
  package mutating func receive(_ input: Received) -> [Event] {
    var input = input
    var events: [Event] = []
    while let frame = decoder.next(&input) { handle(frame, &events) }
    return events
  }

  private mutating func handle(_ frame: FrameDecoder.Frame, _ events: inout [Event]) {
    let stream = frame.header.stream
    guard frame.header.kind == .response || frame.header.kind == .data, let call = calls[stream] else { return }
    do throws(GantryError) {
      if frame.isOversized { throw OutboundQueue.oversized(frame.header.length) }
      if frame.descriptorsLost { throw .descriptorsLost }
      if frame.header.kind == .response {
        try response(frame, call, &events)
      } else {
        try data(frame, call, &events)
      }
    } catch {
      calls[stream] = nil
      events.append(.failed(stream: stream, error))
    }
  }

  private mutating func response(
    _ frame: FrameDecoder.Frame, _ call: Call, _ events: inout [Event]
  ) throws(GantryError) {
    let stream = frame.header.stream
    let envelope: ResponseEnvelope
    do throws(GantryError) {
      envelope = try frame.payload.decode { (bytes) throws(GantryError) in try ResponseEnvelope(decoding: bytes) }
    } catch {
      throw GantryError(.internal, "answer to \(call.method) is not valid: \(error.message)")
    }
    if let error = envelope.error { throw error }
    calls[stream] = nil
    guard call.method.serverStreams else {
      events.append(.answer(stream: stream, payload: envelope.payload, descriptors: frame.descriptors))
      return
    }
    if !envelope.payload.isEmpty {
      events.append(.message(stream: stream, payload: envelope.payload, descriptors: frame.descriptors))
    }
    events.append(.end(stream: stream))
  }

  private mutating func data(
    _ frame: FrameDecoder.Frame, _ call: Call, _ events: inout [Event]
  ) throws(GantryError) {
    let stream = frame.header.stream
    guard call.method.serverStreams else {
      throw GantryError(.internal, "server sent a stream in answer to \(call.method), which answers with one message")
    }
    let isLast = frame.header.flags.contains(.remoteClosed)
    if !frame.header.flags.contains(.noData), !isLast || frame.header.length > 0 {
      events.append(.message(stream: stream, payload: frame.payload.bytes, descriptors: frame.descriptors))
    }
    if isLast {
      calls[stream] = nil
      events.append(.end(stream: stream))
    }
  }
}

extension ClientCore {
  /// Begins a call.
  ///
  /// - Parameters:
  ///   - payload: the request message; empty for methods whose client streams.
  ///   - timeout: what is left of the caller's time; it travels with the request.
  /// - Returns: the call's stream.
  /// - Throws: `GantryError` with `.resourceExhausted` beyond `MessageLimits`, `.unavailable` when the
  ///   connection has used up its two thousand million streams.
  package mutating func begin(
    _ method: MethodDescriptor, payload: [UInt8], timeout: Duration? = nil, metadata: Metadata = .init(),
    descriptors: [FileDescriptor] = []
  ) throws(GantryError) -> UInt32 {
    guard !isExhausted else {
      throw GantryError(.unavailable, "connection has no stream numbers left; connect again")
    }
    let stream = nextStream
    var envelope = RequestEnvelope()
    envelope.service = method.service
    envelope.method = method.method
    envelope.payload = payload
    envelope.timeoutInNanoseconds = timeout.map { max(1, $0.wholeNanoseconds) }
    envelope.metadata = metadata
    let flags: FrameHeader.Flags = method.clientStreams ? .remoteOpen : method.serverStreams ? .remoteClosed : []
    try outbound.append(FrameHeader(stream: stream, kind: .request, flags: flags), descriptors: descriptors) {
      envelope.encode(to: &$0)
    }
    calls[stream] = Call(method: method, canSend: method.clientStreams)
    isExhausted = stream > .max - 2
    nextStream = stream &+ 2
    return stream
  }

  /// Sends one message of a streaming client.
  ///
  /// - Throws: `GantryError`: `.resourceExhausted` beyond `MessageLimits`, `.cancelled` when the call has ended.
  package mutating func send(
    _ stream: UInt32, _ payload: [UInt8], descriptors: [FileDescriptor] = []
  ) throws(GantryError) {
    guard let call = calls[stream], call.canSend else { throw .callEnded }
    try outbound.append(FrameHeader(stream: stream, kind: .data), descriptors: descriptors) { $0 += payload }
  }

  /// Ends the messages of a streaming client; a second time it does nothing.
  package mutating func closeSend(_ stream: UInt32) {
    guard let call = calls[stream], call.canSend else { return }
    calls[stream]?.canSend = false
    // An empty frame is within every limit.
    try? outbound.append(FrameHeader(stream: stream, kind: .data, flags: [.remoteClosed, .noData])) { _ in }
  }

  /// Forgets a call: what still comes for it is dropped. A streaming client is closed first, so that the
  /// server's handler sees an end.
  package mutating func abandon(_ stream: UInt32) {
    closeSend(stream)
    calls[stream] = nil
  }

  /// Forgets every call and all that waits to be sent: the connection is gone.
  ///
  /// - Returns: the streams whose calls end with this.
  package mutating func close() -> [UInt32] {
    defer {
      calls = [:]
      outbound.removeAll()
    }
    return calls.keys.sorted()
  }
}
