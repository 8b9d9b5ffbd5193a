import Errors
import Linux
import LoopServices
import LoopWire
import Messages
import Testing
import Wire

/// The same over the event loop.
@Suite(.timeLimit(.minutes(1))) struct LoopServiceTests {
  private final class Echo: GantryTestingV1.EchoLoopService {
    var kept: LoopCall<Shapes>?

    func unary(_ request: Shapes, call: LoopCall<Shapes>) {
      switch request.stringValue {
      case "fail": call.fail(GantryError(.notFound, "no such echo"))
      case "keep": kept = call
      default:
        call.reply(request, descriptors: call.context.descriptors)
        kept?.reply(Shapes(stringValue: "late"))
        kept = nil
      }
    }
  }

  private typealias Outcome = Result<Reply<Shapes>, GantryError>

  /// The outcomes of the requests, in the order in which they came back.
  private func outcomes(of requests: [Shapes]) throws -> [Outcome] {
    let (left, right) = try UnixSocket.pair()
    let loop = try EventLoop()
    let server = LoopServer(loop: loop, routes: [Echo().routes], allowedPeer: .any)
    try server.serve(connection: left)
    let connection = try LoopClient(loop: loop, adopting: right)
    let client = GantryTestingV1.EchoLoopClient(connection)
    var outcomes: [Outcome] = []
    for request in requests {
      client.unary(request, options: CallOptions(timeout: .seconds(20))) { outcome in
        outcomes.append(outcome)
        if outcomes.count == requests.count { loop.stop() }
      }
    }
    try loop.run()
    connection.close()
    server.shutdown()
    return outcomes
  }

  @Test func callsCarryEveryField() throws {
    let outcomes = try outcomes(of: [Shapes.full, Shapes()])
    #expect(try outcomes.map { try $0.get().message } == [Shapes.full, Shapes()])
  }

  @Test func anErrorKeepsItsCode() throws {
    let outcome = try #require(try outcomes(of: [Shapes(stringValue: "fail")]).first)
    let error = #expect(throws: GantryError.self) { try outcome.get() }
    #expect(error?.code == .notFound && error?.message == "no such echo")
  }

  @Test func anAnswerMayComeLater() throws {
    let outcomes = try outcomes(of: [Shapes(stringValue: "keep"), Shapes(stringValue: "now")])
    #expect(try outcomes.map { try $0.get().message.stringValue } == ["now", "late"])
  }
}
