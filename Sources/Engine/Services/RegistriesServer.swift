import AsyncServices
import AsyncWire
import Errors
import Messages

/// `gantry.engine.v1.Registries`.
package struct RegistriesServer: GantryEngineV1.RegistriesService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func pull(
    _ request: GantryEngineV1.PullRequest, responses: OutboundStream<GantryEngineV1.TransferEvent>,
    context: CallContext
  ) async throws {
    try await Self.stream(to: responses) { try await engine.puller.pull(request, report: $0) }
  }

  package func push(
    _ request: GantryEngineV1.PushImageRequest, responses: OutboundStream<GantryEngineV1.TransferEvent>,
    context: CallContext
  ) async throws {
    try await Self.stream(to: responses) { try await engine.pusher.push(request, report: $0) }
  }

  package func login(
    _ request: GantryEngineV1.LoginToRegistryRequest, context: CallContext
  ) async throws -> GantryEngineV1.LoginToRegistryResponse {
    let connection = try await engine.context.registries.open(
      engine.transfers.request(host: request.host, credentials: request.credentials))
    do {
      let answer = try await connection.registry.login(.init(), options: .init(timeout: .seconds(60)))
      return .init(status: answer.status, identityToken: answer.identityToken)
    } catch {
      throw await connection.explained(error)
    }
  }

  package func search(
    _ request: GantryEngineV1.SearchImagesRequest, context: CallContext
  ) async throws -> GantryEngineV1.SearchImagesResponse {
    try await RegistrySearch(engine.context, control: engine.transfers).search(request)
  }

  /// Sends what a transfer reports while it goes on, then its result. The slowest reader holds up nobody but itself.
  private static func stream(
    to responses: OutboundStream<GantryEngineV1.TransferEvent>,
    _ transfer:
      @escaping @Sendable (
        _ report: @escaping @Sendable (GantryEngineV1.TransferEvent) -> Void
      ) async throws -> GantryEngineV1.TransferResult
  ) async throws {
    let (events, continuation) = AsyncStream.makeStream(of: GantryEngineV1.TransferEvent.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await event in events { try await responses.send(event) }
      }
      group.addTask {
        defer { continuation.finish() }
        let result = try await transfer { continuation.yield($0) }
        continuation.yield(.init(event: .result(result)))
      }
      do {
        try await group.waitForAll()
      } catch {
        group.cancelAll()
        throw error
      }
    }
  }
}
