import Errors
import Testing
import Wire

@Suite("the client's protocol core, by recorded bytes")
final class ClientCoreTests {
  private var core = ClientCore()

  private func receive(_ bytes: [UInt8]) -> [String] {
    bytes.withUnsafeBytes { core.receive(Received($0)) }.map { event in
      switch event {
      case .answer(let stream, let payload, _): "answer \(stream) \(payload)"
      case .message(let stream, let payload, _): "message \(stream) \(payload)"
      case .end(let stream): "end \(stream)"
      case .failed(let stream, let error): "failed \(stream) \(error.code)"
      }
    }
  }

  private func begin(_ method: MethodDescriptor, payload: [UInt8]) throws -> UInt32 {
    try core.begin(method, payload: payload)
  }

  private func send(_ stream: UInt32, _ payload: [UInt8]) throws { try core.send(stream, payload) }

  private func closeSend(_ stream: UInt32) { core.closeSend(stream) }

  private func close() -> [UInt32] { core.close() }

  private func output() throws -> [UInt8] {
    var output: [UInt8] = []
    try core.outbound.drain { (bytes, _) throws(GantryError) in
      output += bytes
      return bytes.count
    }
    return output
  }

  @Test func `streams are odd and grow, and a request is what containerd expects`() throws {
    #expect(try begin(TestMethods.echo, payload: [7]) == 1)
    #expect(try output() == RecordedFrames.echo(stream: 1))
    #expect(try begin(TestMethods.empty, payload: []) == 3)
    #expect(try output() == RecordedFrames.call("Empty", stream: 3))
    #expect(try begin(TestMethods.spell, payload: [1]) == 5)
    #expect(try output() == RecordedFrames.call("Spell", stream: 5, payload: [1], flags: 1))
    #expect(try begin(TestMethods.join, payload: []) == 7)
    #expect(try output() == RecordedFrames.call("Join", stream: 7, flags: 2))
    try send(7, [9])
    closeSend(7)
    closeSend(7)
    #expect(try output() == [0, 0, 0, 1, 0, 0, 0, 7, 3, 0, 9, 0, 0, 0, 0, 0, 0, 0, 7, 3, 5])
    #expect(throws: GantryError.self) { try send(7, [9]) }
  }

  @Test func `answers come in any order and late ones are dropped`() throws {
    for _ in 0..<3 { _ = try begin(TestMethods.echo, payload: []) }
    core.abandon(3)
    let answers: [UInt8] = [
      0, 0, 0, 3, 0, 0, 0, 5, 2, 0, 0x12, 1, 5, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0,
    ]
    #expect(receive(answers) == ["answer 5 [5]", "answer 1 []"])
    #expect(receive(answers) == [])
    #expect(core.callCount == 0)
  }

  @Test func `data does not answer a unary call`() throws {
    _ = try begin(TestMethods.echo, payload: [])
    #expect(receive([0, 0, 0, 1, 0, 0, 0, 1, 3, 0, 1]) == ["failed 1 internal"])
  }

  @Test func `unknown kinds of frames are ignored`() throws {
    _ = try begin(TestMethods.echo, payload: [])
    #expect(receive([0, 0, 0, 1, 0, 0, 0, 1, 9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0]) == [])
    #expect(receive([0, 0, 0, 0, 0, 0, 0, 1, 2, 0]) == ["answer 1 []"])
  }

  @Test func `a stream ends by a closing frame, with or without data, or by a response`() throws {
    for _ in 0..<4 { _ = try begin(TestMethods.spell, payload: []) }
    #expect(receive([0, 0, 0, 0, 0, 0, 0, 1, 3, 0]) == ["message 1 []"])
    #expect(receive([0, 0, 0, 0, 0, 0, 0, 1, 3, 5]) == ["end 1"])
    #expect(receive([0, 0, 0, 1, 0, 0, 0, 3, 3, 1, 4]) == ["message 3 [4]", "end 3"])
    #expect(receive([0, 0, 0, 0, 0, 0, 0, 5, 2, 0]) == ["end 5"])
    #expect(receive([0, 0, 0, 4, 0, 0, 0, 7, 2, 0, 0x0A, 2, 0x08, 10]) == ["failed 7 aborted"])
  }

  @Test func `an answer that is too long or no protobuf fails its call only`() throws {
    for _ in 0..<3 { _ = try begin(TestMethods.echo, payload: []) }
    #expect(receive([0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 0x12]) == ["failed 1 internal"])
    let long: [UInt8] = [0, 0x40, 0, 1, 0, 0, 0, 3, 2, 0] + [UInt8](repeating: 0, count: 4_194_305)
    #expect(receive(long) == ["failed 3 resourceExhausted"])
    #expect(receive([0, 0, 0, 0, 0, 0, 0, 5, 2, 0]) == ["answer 5 []"])
  }

  @Test func `closing names every call that was pending`() throws {
    for _ in 0..<3 { _ = try begin(TestMethods.echo, payload: []) }
    #expect(close() == [1, 3, 5])
    #expect(core.callCount == 0)
    #expect(core.outbound.isEmpty)
  }

  @Test func `a request beyond the limit is its caller's error and takes no stream`() throws {
    let error = #expect(throws: GantryError.self) {
      try begin(TestMethods.echo, payload: [UInt8](repeating: 0, count: MessageLimits.bytes))
    }
    #expect(error?.code == .resourceExhausted)
    #expect(core.outbound.isEmpty)
    #expect(try begin(TestMethods.echo, payload: [7]) == 1)
    #expect(try output() == RecordedFrames.echo(stream: 1))
  }
}
