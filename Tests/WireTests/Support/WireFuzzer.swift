import Errors
import Linux
import Wire

/// Feeds the protocol cores with what a broken or hostile peer might send.
enum WireFuzzer {
  struct Violation: Error, CustomStringConvertible {
    let description: String
  }

  private static func check(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    if !holds { throw Violation(description: what()) }
  }

  // MARK: Input

  /// A conversation of frames, most of them valid, then mutated as bytes.
  static func conversation(_ random: inout SeededGenerator, fromServer: Bool) -> [UInt8] {
    if random.chance(10) { return random.bytes(0...400) }
    var bytes: [UInt8] = []
    var stream: UInt32 = 1
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      bytes += frame(&random, &stream, fromServer: fromServer)
    }
    for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
      mutate(&bytes, &random)
    }
    return bytes
  }

  private static func frame(
    _ random: inout SeededGenerator, _ stream: inout UInt32, fromServer: Bool
  ) -> [UInt8] {
    let used = random.chance(6) ? UInt32.random(in: 0...30, using: &random) : stream
    let flags = FrameHeader.Flags(rawValue: random.chance(3) ? UInt8.random(in: 0...7, using: &random) : 0)
    var payload: [UInt8] = []
    let kind: FrameHeader.Kind
    switch Int.random(in: 0..<8, using: &random) {
    case 0: (kind, payload) = (.init(rawValue: UInt8.random(in: 0...255, using: &random)), random.bytes(0...40))
    case 1, 2: (kind, payload) = (.data, random.bytes(0...40))
    case _ where fromServer:
      kind = .response
      let error = random.chance(3) ? GantryError(.notFound, "x") : nil
      let envelope = error.map { ResponseEnvelope(error: $0) } ?? ResponseEnvelope(payload: random.bytes(0...40))
      envelope.encode(to: &payload)
      stream += 2
    default:
      kind = .request
      request(&random).encode(to: &payload)
      stream += 2
    }
    // Now and then a frame that claims to be too long, and is.
    let length = random.chance(2000) ? MessageLimits.bytes + Int.random(in: 0...2, using: &random) : payload.count
    if length > payload.count { payload += [UInt8](repeating: 0, count: length - payload.count) }
    var bytes: [UInt8] = []
    FrameHeader(length: length, stream: used, kind: kind, flags: flags).encode(to: &bytes)
    return bytes + payload
  }

  private static let methods = [TestMethods.echo, TestMethods.spell, TestMethods.join, TestMethods.chat]

  private static func request(_ random: inout SeededGenerator) -> RequestEnvelope {
    var envelope = RequestEnvelope()
    let method = methods[Int.random(in: 0..<methods.count, using: &random)]
    envelope.service = random.chance(8) ? "other" : method.service
    envelope.method = random.chance(8) ? "Other" : method.method
    envelope.payload = random.bytes(0...60)
    envelope.timeoutInNanoseconds = random.chance(2) ? nil : Int64(bitPattern: random.next())
    if random.chance(2) { envelope.metadata.append("value", for: "Key") }
    return envelope
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    // Near the front, where lengths and tags are, or anywhere.
    let place = Int.random(in: 0..<(random.chance(2) ? min(bytes.count, 64) : bytes.count), using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.remove(at: place)
    case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...20, using: &random)))
    default: bytes += bytes.suffix(from: place).prefix(64)
    }
  }

  /// Cuts the bytes into pieces of random size, as a socket would.
  private static func pieces(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let largest = rest.count < 10_000 && random.chance(3) ? 12 : rest.count
      let piece = rest.prefix(Int.random(in: 1...max(1, largest), using: &random))
      pieces.append(piece)
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }

  // MARK: Targets

  static func server(_ random: inout SeededGenerator) throws {
    var routes = RouteTable()
    for method in methods { routes.add(method) }
    var core = ServerCore(routes: routes)
    var open: [UInt32: MethodDescriptor] = [:]
    var ended: Set<UInt32> = []
    var sent: [UInt8] = []
    for piece in pieces(conversation(&random, fromServer: false), &random) {
      let events = piece.withUnsafeBytes { core.receive(Received($0, descriptorsLost: random.chance(50))) }
      for event in events {
        switch event {
        case .request(let request):
          try check(request.stream % 2 == 1, "request on even stream \(request.stream)")
          try check(
            open[request.stream] == nil && !ended.contains(request.stream), "stream \(request.stream) came twice")
          open[request.stream] = request.method
        case .message(let stream, _, _), .endOfMessages(let stream):
          try check(open[stream]?.clientStreams == true, "message for stream \(stream), which takes none")
        case .aborted(let stream, _):
          try check(open.removeValue(forKey: stream) != nil, "stream \(stream) aborted without a call")
          ended.insert(stream)
        }
      }
      try handle(&core, &open, &ended, &random)
      try core.outbound.drain { (bytes, _) throws(GantryError) in
        if random.chance(3) { return nil }
        let count = Int.random(in: 1...bytes.count, using: &random)
        sent += bytes.prefix(count)
        return count
      }
      try check(core.callCount == open.count, "core has \(core.callCount) calls, driver has \(open.count)")
      try check(core.missing <= Int(UInt32.max), "core waits for \(core.missing) bytes")
    }
    try core.outbound.drain { (bytes, _) throws(GantryError) in
      sent += bytes
      return bytes.count
    }
    try frames(sent)
  }

  /// What handlers might do: answer some of the calls in some way.
  private static func handle(
    _ core: inout ServerCore, _ open: inout [UInt32: MethodDescriptor], _ ended: inout Set<UInt32>,
    _ random: inout SeededGenerator
  ) throws {
    for (stream, method) in open.sorted(by: { $0.key < $1.key }) where random.chance(2) {
      if method.serverStreams { try core.send(stream, random.bytes(0...20)) }
      guard random.chance(2) else { continue }
      let isAnswered =
        random.chance(3)
        ? core.fail(stream, GantryError(.internal, "fuzz"))
        : method.serverStreams ? core.finish(stream) : core.answer(stream, random.bytes(0...20))
      try check(isAnswered, "call \(stream) was open but could not be answered")
      try check(!core.answer(stream, []), "call \(stream) was answered twice")
      open[stream] = nil
      ended.insert(stream)
    }
  }

  /// Whatever came in, what goes out is whole frames of a server, each within the limit.
  private static func frames(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      try check(rest.count >= FrameHeader.size, "output ends inside a header")
      let header = Array(rest.prefix(FrameHeader.size))
      let length = header[..<4].reduce(0) { $0 << 8 | Int($1) }
      try check(length <= MessageLimits.bytes, "output has a frame of \(length) bytes")
      try check(header[8] == 2 || header[8] == 3, "a server sent a frame of kind \(header[8])")
      try check(rest.count >= FrameHeader.size + length, "output ends inside a frame")
      let payload = Array(rest.dropFirst(FrameHeader.size).prefix(length))
      if header[8] == 2 { _ = try payload.withUnsafeBytes { try ResponseEnvelope(decoding: $0) } }
      rest = rest.dropFirst(FrameHeader.size + length)
    }
  }

  static func client(_ random: inout SeededGenerator) throws {
    var core = ClientCore()
    var open: [UInt32: MethodDescriptor] = [:]
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let method = methods[Int.random(in: 0..<methods.count, using: &random)]
      open[try core.begin(method, payload: method.clientStreams ? [] : random.bytes(0...20))] = method
    }
    for piece in pieces(conversation(&random, fromServer: true), &random) {
      let events = piece.withUnsafeBytes { core.receive(Received($0, descriptorsLost: random.chance(50))) }
      for event in events {
        switch event {
        case .message(let stream, _, _):
          try check(open[stream]?.serverStreams == true, "message for stream \(stream), which takes none")
        case .answer(let stream, _, _):
          try check(open.removeValue(forKey: stream)?.serverStreams == false, "stream \(stream) was answered")
        case .end(let stream):
          try check(open.removeValue(forKey: stream)?.serverStreams == true, "stream \(stream) ended")
        case .failed(let stream, _):
          try check(open.removeValue(forKey: stream) != nil, "stream \(stream) failed without a call")
        }
      }
      for (stream, method) in open.sorted(by: { $0.key < $1.key }) where random.chance(4) {
        if method.clientStreams, random.chance(2) {
          core.closeSend(stream)
        } else {
          core.abandon(stream)
          open[stream] = nil
        }
      }
      try check(core.callCount == open.count, "core has \(core.callCount) calls, driver has \(open.count)")
    }
    try check(core.close() == open.keys.sorted(), "closing named the wrong calls")
  }

  /// Decoding either fails or gives a value that survives being written and read again.
  static func envelopes(_ random: inout SeededGenerator) throws {
    var bytes: [UInt8] = []
    if random.chance(3) {
      bytes = random.bytes(0...80)
    } else {
      request(&random).encode(to: &bytes)
      for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty { mutate(&bytes, &random) }
    }
    _ = try? bytes.withUnsafeBytes { try ResponseEnvelope(decoding: $0) }
    guard let envelope = try? bytes.withUnsafeBytes({ try RequestEnvelope(decoding: $0) }) else { return }
    var again: [UInt8] = []
    envelope.encode(to: &again)
    let copy = try? again.withUnsafeBytes { try RequestEnvelope(decoding: $0) }
    try check(copy == envelope, "an envelope changed by being written and read again: \(bytes)")
  }
}
