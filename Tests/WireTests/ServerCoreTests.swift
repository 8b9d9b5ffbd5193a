import Errors
import Linux
import Testing
import Wire

@Suite("the server's protocol core, by recorded bytes")
final class ServerCoreTests {
  private var core: ServerCore

  init() {
    var routes = RouteTable()
    for method in [TestMethods.echo, TestMethods.spell, TestMethods.join, TestMethods.chat] { routes.add(method) }
    core = ServerCore(routes: routes)
  }

  private func receive(_ bytes: [UInt8]) -> [ServerCore.Event] {
    bytes.withUnsafeBytes { core.receive(Received($0)) }
  }

  /// What the core sends, in one piece.
  private func output() throws -> [UInt8] {
    var output: [UInt8] = []
    try core.outbound.drain { (bytes, _) throws(GantryError) in
      output += bytes
      return bytes.count
    }
    return output
  }

  @discardableResult
  private func answer(_ stream: UInt32, _ payload: [UInt8], descriptors: [FileDescriptor] = []) -> Bool {
    core.answer(stream, payload, descriptors: descriptors)
  }

  private func fail(_ stream: UInt32, _ error: GantryError) -> Bool { core.fail(stream, error) }

  private func finish(_ stream: UInt32) -> Bool { core.finish(stream) }

  private func send(_ stream: UInt32, _ payload: [UInt8]) throws { try core.send(stream, payload) }

  private func response(_ stream: UInt8, _ code: UInt8, _ text: String) -> [UInt8] {
    let status: [UInt8] = [0x08, code, 0x12, UInt8(text.utf8.count)] + Array(text.utf8)
    let envelope: [UInt8] = [0x0A, UInt8(status.count)] + status
    return [0, 0, 0, UInt8(envelope.count), 0, 0, 0, stream, 2, 0] + envelope
  }

  @Test func `a request comes out whole, however its bytes come in`() throws {
    let bytes = RecordedFrames.echo(stream: 1) + RecordedFrames.echo(stream: 3)
    for size in [1, 2, 3, 9, 10, 11, 30, bytes.count] {
      var core = self.core
      var streams: [UInt32] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let events = Array(rest.prefix(size)).withUnsafeBytes { core.receive(Received($0)) }
        rest = rest.dropFirst(size)
        for case .request(let request) in events {
          #expect(request.method == TestMethods.echo)
          #expect(request.payload == [7])
          streams.append(request.stream)
        }
      }
      #expect(streams == [1, 3])
      #expect(core.callCount == 2)
    }
  }

  @Test func `an empty answer is a frame of ten bytes`() throws {
    _ = receive(RecordedFrames.echo(stream: 1))
    #expect(answer(1, []))
    #expect(try output() == [0, 0, 0, 0, 0, 0, 0, 1, 2, 0])
  }

  @Test func `a call is answered once`() throws {
    _ = receive(RecordedFrames.echo(stream: 1))
    #expect(answer(1, [4]))
    #expect(!answer(1, [5]))
    #expect(!fail(1, GantryError(.internal, "late")))
    #expect(!finish(1))
    #expect(try output() == [0, 0, 0, 3, 0, 0, 0, 1, 2, 0, 0x12, 1, 4])
  }

  @Test func `an even stream and a stream that does not grow are refused`() throws {
    #expect(receive(RecordedFrames.echo(stream: 2)).isEmpty)
    #expect(try output() == response(2, 3, "StreamID must be odd for client initiated streams"))
    _ = receive(RecordedFrames.echo(stream: 5))
    #expect(answer(5, []))
    _ = try output()
    for stream: UInt8 in [3, 5] {
      #expect(receive(RecordedFrames.echo(stream: stream)).isEmpty)
      #expect(try output() == response(stream, 3, "StreamID cannot be re-used and must increment"))
    }
  }

  @Test func `re-using the stream of a call in flight ends that call with the one answer`() throws {
    _ = receive(RecordedFrames.echo(stream: 1))
    let events = receive(RecordedFrames.echo(stream: 1))
    guard case .aborted(1, let error) = events.first else {
      Issue.record("the call in flight was not aborted")
      return
    }
    #expect(error.code == .invalidArgument)
    #expect(!answer(1, [1]))
    #expect(try output() == response(1, 3, "StreamID cannot be re-used and must increment"))
  }

  @Test func `data for an unknown stream is refused`() throws {
    #expect(receive([0, 0, 0, 1, 0, 0, 0, 9, 3, 0, 1]).isEmpty)
    #expect(try output() == response(9, 3, "StreamID is no longer active"))
  }

  @Test func `frames of unknown and of the wrong kind are ignored`() throws {
    for kind: UInt8 in [0, 2, 4, 255] { #expect(receive([0, 0, 0, 2, 0, 0, 0, 1, kind, 0xFF, 1, 2]).isEmpty) }
    #expect(try output() == [])
    #expect(receive(RecordedFrames.echo(stream: 1)).count == 1)
  }

  @Test func `an unknown service or method is answered in containerd's words`() throws {
    _ = receive([0, 0, 0, 6, 0, 0, 0, 1, 1, 0, 0x0A, 1, 0x73, 0x12, 1, 0x6D])
    #expect(try output() == response(1, 12, "service s"))
    _ = receive(RecordedFrames.call("Nope", stream: 3))
    #expect(try output() == response(3, 12, "method Nope"))
  }

  @Test func `a request that is no protobuf is an invalid argument`() throws {
    #expect(receive([0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0x0A]).isEmpty)
    let bytes = try output()
    #expect(bytes[10..<14].elementsEqual([0x0A, bytes[11], 0x08, 3]))
    #expect(core.callCount == 0)
  }

  @Test func `one byte more than four mebibytes is thrown away and answered, and the next call works`() throws {
    let header: [UInt8] = [0, 0x40, 0, 1, 0, 0, 0, 1, 1, 0]
    #expect(receive(header).isEmpty)
    #expect(core.missing == 4_194_305)
    for _ in 0..<64 { #expect(receive([UInt8](repeating: 0, count: 65_536)).isEmpty) }
    #expect(try output() == [])
    #expect(receive([0] + RecordedFrames.echo(stream: 3)).count == 1)
    #expect(try output() == response(1, 8, "message length 4194305 exceed maximum message size of 4194304"))
  }

  @Test func `an answer beyond the limit becomes an error and a frame of exactly the limit does not`() throws {
    _ = receive(RecordedFrames.echo(stream: 1) + RecordedFrames.echo(stream: 3))
    #expect(answer(1, [UInt8](repeating: 0, count: MessageLimits.bytes - 4)))
    #expect(try output() == response(1, 8, "message length 4194305 exceed maximum message size of 4194304"))
    #expect(answer(3, [UInt8](repeating: 0, count: MessageLimits.bytes - 5)))
    #expect(Array(try output().prefix(10)) == [0, 0x40, 0, 0, 0, 0, 0, 3, 2, 0])
  }

  @Test func `a server stream is data frames and a closing one without data`() throws {
    let events = receive(RecordedFrames.call("Spell", stream: 1, payload: [1], flags: 1))
    #expect(events.count == 1)
    try send(1, [])
    try send(1, [6])
    #expect(finish(1))
    #expect(
      try output() == [0, 0, 0, 0, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1, 0, 0, 0, 1, 3, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5])
    #expect(throws: GantryError.self) { try send(1, [1]) }
  }

  @Test func `a client stream's messages come in order until it is closed`() throws {
    var events = receive(RecordedFrames.call("Join", stream: 1, flags: 2))
    events += receive([0, 0, 0, 1, 0, 0, 0, 1, 3, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 5])
    let kinds = events.map { event in
      switch event {
      case .request: "request"
      case .message(_, let payload, _): "message \(payload)"
      case .endOfMessages: "end"
      case .aborted: "aborted"
      }
    }
    #expect(kinds == ["request", "message [8]", "message []", "end"])
    #expect(receive([0, 0, 0, 1, 0, 0, 0, 1, 3, 0, 8]).count == 1)
    #expect(try output() == response(1, 3, "StreamID is no longer active"))
  }

  @Test func `a claimed length takes no memory before its bytes come`() {
    for stream: UInt8 in stride(from: 1, to: 200, by: 2) {
      var core = ServerCore(routes: RouteTable())
      _ = [0, 0x40, 0, 0, 0, 0, 0, stream, 1, 0].withUnsafeBytes { core.receive(Received($0)) }
      #expect(core.missing == MessageLimits.bytes)
    }
  }

  @Test func `a sender gives a frame with descriptors a send of its own`() throws {
    _ = receive(RecordedFrames.echo(stream: 1) + RecordedFrames.echo(stream: 3) + RecordedFrames.echo(stream: 5))
    _ = receive(RecordedFrames.echo(stream: 7))
    let descriptor = try FileDescriptor.pipe().readEnd
    answer(1, [1])
    answer(3, [3], descriptors: [descriptor])
    answer(5, [5])
    answer(7, [7])
    var sends: [(bytes: Int, descriptors: Int)] = []
    try core.outbound.drain { (bytes, descriptors) throws(GantryError) in
      sends.append((bytes.count, descriptors.count))
      // Two bytes first: what is left of a frame goes on without its descriptors.
      return sends.count == 2 ? 2 : bytes.count
    }
    #expect(sends.map(\.bytes) == [13, 13, 11, 26])
    #expect(sends.map(\.descriptors) == [0, 1, 0, 0])
    #expect(core.outbound.isEmpty)
  }

  @Test func `descriptors belong to the frame with the last byte that came with them`() throws {
    let first = RecordedFrames.echo(stream: 1)
    let second = RecordedFrames.echo(stream: 3)
    let descriptor = try FileDescriptor.pipe().readEnd
    let events = (first + second.prefix(5)).withUnsafeBytes { core.receive(Received($0, descriptors: [descriptor])) }
    let rest = receive(Array(second.dropFirst(5)) + RecordedFrames.echo(stream: 5))
    let counts = (events + rest).map { event in
      if case .request(let request) = event { request.descriptors.count } else { -1 }
    }
    #expect(counts == [0, 1, 0])
  }
}
