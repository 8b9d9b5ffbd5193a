import AsyncWire
import Errors
import Linux
import Testing
import Wire

@Suite("streams, every client driver against every server driver")
struct DriverStreamTests {
  @Test(arguments: Pairing.all)
  func `a server stream brings every message in order and ends`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    let spelled = try await client.stream(TestMethods.spell, payload: [1, 2, 0, 3])
    #expect(spelled == [[1], [2], [], [3]])
    #expect(try await client.stream(TestMethods.spell) == [])
  }

  @Test(arguments: Pairing.all)
  func `a stream that fails brings its messages and then the error`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    let error = await #expect(throws: GantryError.self) {
      try await client.stream(TestMethods.spell, payload: [1, 255])
    }
    #expect(error?.code == .aborted)
    #expect(error?.message == "spelling aborted")
  }

  @Test(arguments: Pairing.all)
  func `a client stream is answered once it is closed`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    #expect(try await client.stream(TestMethods.join, sending: [[1], [], [2, 3]]) == [[1, 2, 3]])
    #expect(try await client.stream(TestMethods.join) == [[]])
  }

  @Test(arguments: Pairing.all)
  func `both sides stream`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    let messages = (0..<300).map { [UInt8](repeating: UInt8($0 % 256), count: $0 * 11) }
    #expect(try await client.stream(TestMethods.chat, sending: messages) == messages)
  }

  @Test(arguments: Pairing.all)
  func `many megabytes stream through and back`(_ pairing: Pairing) async throws {
    let client = try pairing.connect()
    let messages = (0..<40).map { [UInt8](repeating: UInt8($0), count: 1 << 20) }
    let back = try await client.stream(TestMethods.chat, sending: messages)
    #expect(back == messages)
  }

  @Test func `a slow consumer holds its sender back and loses nothing`() async throws {
    let client = try Client(adopting: Driver.async.serve())
    let call: BidirectionalCall<BytesMessage, BytesMessage> = try await client.bidirectional(
      TestMethods.chat, options: CallOptions(timeout: .seconds(30)))
    let sender = Task {
      for number in 0..<2000 { try await call.send(BytesMessage([UInt8](repeating: UInt8(number % 256), count: 4096))) }
      call.closeSend()
    }
    var count = 0
    for try await message in call.responses {
      #expect(message.bytes.first == UInt8(count % 256))
      count += 1
      if count % 200 == 0 { try await Task.sleep(for: .milliseconds(5)) }
    }
    try await sender.value
    #expect(count == 2000)
  }

  @Test func `a stream that is never read fails alone, and other calls go on`() async throws {
    let client = try Client(adopting: Driver.async.serve(), stall: .milliseconds(200))
    let stream: InboundStream<BytesMessage> = try await client.serverStream(
      TestMethods.spell, BytesMessage([UInt8](repeating: 1, count: 200_000)), options: CallOptions())
    let answer: Reply<BytesMessage> = try await client.unary(
      TestMethods.echo, BytesMessage([1]), options: CallOptions(timeout: .seconds(20)))
    #expect(answer.message.bytes == [1])
    let error = await #expect(throws: GantryError.self) {
      // It still holds what had arrived, and then says why there is no more.
      try await Task.sleep(for: .milliseconds(500))
      for try await _ in stream {}
    }
    #expect(error?.code == .resourceExhausted)
  }

  @Test func `a cancelled reader of a stream is told so`() async throws {
    let client = try Client(adopting: Driver.async.serve())
    let call: BidirectionalCall<BytesMessage, BytesMessage> = try await client.bidirectional(
      TestMethods.chat, options: CallOptions())
    let reader = Task { for try await _ in call.responses {} }
    reader.cancel()
    let error = await #expect(throws: GantryError.self) { try await reader.value }
    #expect(error?.code == .cancelled)
  }
}
