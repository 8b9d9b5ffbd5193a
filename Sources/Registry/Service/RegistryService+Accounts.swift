import AsyncWire
import Errors
import Messages

extension RegistryService {
  func login(
    _ request: GantryRegistryV1.LoginRequest, context: CallContext
  ) async throws -> GantryRegistryV1.LoginResponse {
    let outcome = try await Login(session: try session).run()
    return .init(status: outcome.status, identityToken: outcome.identityToken)
  }

  func search(
    _ request: GantryRegistryV1.SearchRequest, context: CallContext
  ) async throws -> GantryRegistryV1.SearchResponse {
    let matches = try await RepositorySearch(session: try session).run(request.term, limit: Int(request.limit))
    return .init(
      results: matches.map {
        .init(
          name: $0.name, description: $0.description, stars: UInt32(clamping: $0.stars), official: $0.isOfficial,
          automated: $0.isAutomated)
      })
  }

  func download(
    _ request: GantryRegistryV1.DownloadRequest, responses: OutboundStream<GantryRegistryV1.FetchEvent>,
    context: CallContext
  ) async throws {
    let file = try DownloadFile(descriptor(0, of: context))
    try await DownloadJob(session: try session, address: WebAddress(request.address), file: file).run(responses)
  }
}
