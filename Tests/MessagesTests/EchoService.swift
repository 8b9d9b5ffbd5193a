import AsyncServices
import AsyncWire
import Errors
import Linux
import Messages

/// Answers every shape of call.
struct EchoService: GantryTestingV1.EchoService {
  func unary(_ request: Shapes, context: CallContext) async throws -> Shapes {
    if request.stringValue == "fail" { throw GantryError(.notFound, "no such echo; say something else") }
    for descriptor in context.descriptors { context.attach(descriptor) }
    return request
  }

  func serverStream(_ request: Shapes, responses: OutboundStream<Shapes>, context: CallContext) async throws {
    for number in 0..<request.int32Value { try await responses.send(Shapes(int32Value: number)) }
  }

  func clientStream(_ requests: InboundStream<Shapes>, context: CallContext) async throws -> Shapes {
    var sum: Int32 = 0
    for try await request in requests { sum += request.int32Value }
    return Shapes(int32Value: sum)
  }

  func bidirectional(
    _ requests: InboundStream<Shapes>, responses: OutboundStream<Shapes>, context: CallContext
  ) async throws {
    for try await request in requests { try await responses.send(Shapes(int32Value: -request.int32Value)) }
  }
}
