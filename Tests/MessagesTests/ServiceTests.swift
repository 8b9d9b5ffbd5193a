import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import LoopServices
import LoopWire
import Messages
import Testing
import Wire

/// Generated clients against generated servers, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct ServiceTests {
  /// A connection to a served EchoService. Nobody else holds the sockets, so that closing the client closes them.
  private func connection() throws -> (Client, Task<Void, Never>) {
    let (left, right) = try UnixSocket.pair()
    let server = Server(routes: [EchoService().routes], allowedPeer: .any)
    return (try Client(adopting: right), Task { await server.serve(connection: left) })
  }

  /// Runs `body` with a client of a served EchoService.
  private func withEcho(_ body: (GantryTestingV1.EchoClient) async throws -> Void) async throws {
    let (client, serving) = try connection()
    let result: Result<Void, any Error>
    do { result = .success(try await body(GantryTestingV1.EchoClient(client))) } catch { result = .failure(error) }
    client.close()
    await serving.value
    try result.get()
  }

  @Test func aUnaryCallCarriesEveryField() async throws {
    try await withEcho { echo in
      for message in [Shapes.full, Shapes()] {
        let answer = try await echo.unary(message)
        #expect(answer == message)
      }
    }
  }

  @Test func descriptorsGoThereAndBack() async throws {
    try await withEcho { echo in
      let (readEnd, writeEnd) = try FileDescriptor.pipe()
      let reply = try await echo.unaryReply(Shapes(), options: CallOptions(descriptors: [writeEnd]))
      try #require(reply.descriptors.count == 1)
      try reply.descriptors[0].writeAll([42])
      var byte: UInt8 = 0
      #expect(read(readEnd.number, &byte, 1) == 1 && byte == 42)
    }
  }

  @Test func aThrownErrorKeepsItsCodeAndSentence() async throws {
    try await withEcho { echo in
      let error = await #expect(throws: GantryError.self) { try await echo.unary(Shapes(stringValue: "fail")) }
      #expect(error?.code == .notFound)
      #expect(error?.message == "no such echo; say something else")
    }
  }

  @Test(arguments: [0, 1, 500] as [Int32])
  func aServerStreamEndsAfterItsLastMessage(_ count: Int32) async throws {
    try await withEcho { echo in
      var numbers: [Int32] = []
      for try await message in try await echo.serverStream(Shapes(int32Value: count)) {
        numbers.append(message.int32Value)
      }
      #expect(numbers == Array(0..<count))
    }
  }

  @Test func aClientStreamIsAnsweredOnce() async throws {
    try await withEcho { echo in
      let call = try await echo.clientStream()
      for number in 1...100 as ClosedRange<Int32> { try await call.send(Shapes(int32Value: number)) }
      #expect(try await call.finish().int32Value == 5050)
    }
  }

  @Test func aBidirectionalStreamAnswersWhileItIsAsked() async throws {
    try await withEcho { echo in
      let call = try await echo.bidirectional()
      var answers = call.responses.makeAsyncIterator()
      for number in 1...50 as ClosedRange<Int32> {
        try await call.send(Shapes(int32Value: number))
        let answer = try await answers.next()
        #expect(answer?.int32Value == -number)
      }
      call.closeSend()
      let end = try await answers.next()
      #expect(end == nil)
    }
  }

  @Test func aRequestThatIsNoMessageIsRefused() async throws {
    let payload = GoogleProtobuf.AnyMessage(typeUrl: "\u{1}", value: [0xff])
    try await withEcho { echo in
      await #expect(throws: GantryError.self) {
        // Field 1 of Shapes is a double, of Any a string.
        let _: Reply<Shapes> = try await echo.caller.unary(GantryTestingV1.EchoMethods.unary, payload, options: .init())
      }
    }
  }
}
