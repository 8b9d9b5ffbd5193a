import Errors
import Linux

/// The protocol of a ttrpc server on one connection: bytes in, events out; answers in, bytes out.
///
/// It does no I/O, has no clock and no locks: its driver does what is needed of those. Whatever the peer
/// sends, each request is answered at most once, and only what `MessageLimits` and `maximumCalls` allow is kept.
/// Errors of the protocol are answered by the core itself, with the codes and texts of containerd's ttrpc.
package struct ServerCore: Sendable {
  /// What a driver has to act on.
  package enum Event: Sendable {
    case request(IncomingRequest)
    /// A message of a streaming client.
    case message(stream: UInt32, payload: [UInt8], descriptors: [FileDescriptor])
    /// The client sends no more messages on this stream.
    case endOfMessages(stream: UInt32)
    /// The core has answered the call with this error: its handler may stop.
    case aborted(stream: UInt32, GantryError)
  }

  private struct Call {
    let clientStreams: Bool
    let serverStreams: Bool
    var clientIsDone: Bool
  }

  /// Calls in flight on one connection; the next one is refused with `.resourceExhausted`.
  package static let maximumCalls = 65_536

  private let routes: RouteTable
  private var decoder = FrameDecoder()
  private var calls: [UInt32: Call] = [:]
  private var lastStream: UInt32 = 0

  /// What is to be sent.
  package var outbound = OutboundQueue()

  package init(routes: RouteTable) { self.routes = routes }

  /// How many calls wait for their answer.
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
    if frame.isOversized {
      reject(stream, OutboundQueue.oversized(frame.header.length), &events)
    } else if stream % 2 == 0 {
      reject(stream, .invalidArgument, "StreamID must be odd for client initiated streams", &events)
    } else if frame.header.kind == .request {
      request(frame, &events)
    } else if frame.header.kind == .data {
      data(frame, &events)
    }
  }

  private mutating func request(_ frame: FrameDecoder.Frame, _ events: inout [Event]) {
    let stream = frame.header.stream
    guard stream > lastStream else {
      return reject(stream, .invalidArgument, "StreamID cannot be re-used and must increment", &events)
    }
    lastStream = stream
    do throws(GantryError) {
      try Self.checkDescriptors(frame)
      guard calls.count < Self.maximumCalls else {
        throw GantryError(.resourceExhausted, "connection has \(calls.count) calls in flight; wait for some to end")
      }
      let envelope: RequestEnvelope
      do throws(GantryError) {
        envelope = try frame.payload.decode { (bytes) throws(GantryError) in try RequestEnvelope(decoding: bytes) }
      } catch {
        throw GantryError(.invalidArgument, "unmarshal request error: \(error.message)")
      }
      let place = try routes.place(service: envelope.service, method: envelope.method)
      begin(frame, envelope, place, &events)
    } catch {
      reject(stream, error, &events)
    }
  }

  private mutating func begin(
    _ frame: FrameDecoder.Frame, _ envelope: RequestEnvelope, _ place: Int, _ events: inout [Event]
  ) {
    let stream = frame.header.stream
    let method = routes.methods[place]
    let isDone = !method.clientStreams || frame.header.flags.contains(.remoteClosed)
    calls[stream] = Call(
      clientStreams: method.clientStreams, serverStreams: method.serverStreams, clientIsDone: isDone)
    events.append(
      .request(
        IncomingRequest(
          stream: stream, place: place, method: method, payload: method.clientStreams ? [] : envelope.payload,
          metadata: envelope.metadata, timeout: envelope.timeoutInNanoseconds.map { .nanoseconds($0) },
          descriptors: frame.descriptors)))
    guard method.clientStreams else { return }
    if !envelope.payload.isEmpty {
      events.append(.message(stream: stream, payload: envelope.payload, descriptors: []))
    }
    if isDone { events.append(.endOfMessages(stream: stream)) }
  }

  private mutating func data(_ frame: FrameDecoder.Frame, _ events: inout [Event]) {
    let stream = frame.header.stream
    guard let call = calls[stream], call.clientStreams, !call.clientIsDone else {
      return reject(stream, .invalidArgument, "StreamID is no longer active", &events)
    }
    do throws(GantryError) { try Self.checkDescriptors(frame) } catch { return reject(stream, error, &events) }
    let isDone = frame.header.flags.contains(.remoteClosed)
    // Go answers a last frame that has data with an error, though it takes the data; here both are taken.
    if !frame.header.flags.contains(.noData), !isDone || frame.header.length > 0 {
      events.append(.message(stream: stream, payload: frame.payload.bytes, descriptors: frame.descriptors))
    }
    if isDone {
      calls[stream]?.clientIsDone = true
      events.append(.endOfMessages(stream: stream))
    }
  }

  private static func checkDescriptors(_ frame: FrameDecoder.Frame) throws(GantryError) {
    if frame.descriptorsLost { throw .descriptorsLost }
  }

  /// Answers a frame that is at fault. The client takes the answer for that of its call, so a call that is in
  /// flight on this stream ends with it.
  private mutating func reject(_ stream: UInt32, _ error: GantryError, _ events: inout [Event]) {
    if calls.removeValue(forKey: stream) != nil { events.append(.aborted(stream: stream, error)) }
    write(error, stream)
  }

  private mutating func reject(_ stream: UInt32, _ code: ErrorCode, _ text: String, _ events: inout [Event]) {
    reject(stream, GantryError(code, text), &events)
  }

  private mutating func write(_ error: GantryError, _ stream: UInt32) {
    // A status never exceeds the limit: its text is cut.
    try? outbound.append(FrameHeader(stream: stream, kind: .response)) {
      ResponseEnvelope(error: error).encode(to: &$0)
    }
  }
}

extension ServerCore {
  /// Answers a call with its one response message; an answer beyond `MessageLimits` becomes an error.
  ///
  /// - Returns: false if there is no such call (any more).
  @discardableResult
  package mutating func answer(_ stream: UInt32, _ payload: [UInt8], descriptors: [FileDescriptor] = []) -> Bool {
    guard calls.removeValue(forKey: stream) != nil else { return false }
    do throws(GantryError) {
      try outbound.append(FrameHeader(stream: stream, kind: .response), descriptors: descriptors) {
        ResponseEnvelope(payload: payload).encode(to: &$0)
      }
    } catch {
      write(error, stream)
    }
    return true
  }

  /// Answers a call, of any shape, with an error.
  ///
  /// - Returns: false if there is no such call (any more).
  @discardableResult
  package mutating func fail(_ stream: UInt32, _ error: GantryError) -> Bool {
    guard calls.removeValue(forKey: stream) != nil else { return false }
    write(error, stream)
    return true
  }

  /// Sends one message of a streaming server.
  ///
  /// - Throws: `GantryError`: `.resourceExhausted` beyond `MessageLimits`, `.cancelled` when the call has ended.
  package mutating func send(
    _ stream: UInt32, _ payload: [UInt8], descriptors: [FileDescriptor] = []
  ) throws(GantryError) {
    guard let call = calls[stream], call.serverStreams else { throw .callEnded }
    try outbound.append(FrameHeader(stream: stream, kind: .data), descriptors: descriptors) { $0 += payload }
  }

  /// Ends the messages of a streaming server, and with them the call.
  ///
  /// - Returns: false if there is no such call (any more).
  @discardableResult
  package mutating func finish(_ stream: UInt32) -> Bool {
    guard calls.removeValue(forKey: stream) != nil else { return false }
    // An empty frame is within every limit.
    try? outbound.append(FrameHeader(stream: stream, kind: .data, flags: [.remoteClosed, .noData])) { _ in }
    return true
  }

  /// Forgets every call and all that waits to be sent: the connection is gone.
  package mutating func close() {
    calls = [:]
    outbound.removeAll()
  }
}
