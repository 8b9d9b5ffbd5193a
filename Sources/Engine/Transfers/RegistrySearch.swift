import References
import AsyncServices
import Errors
import ImageSpec
import Messages

/// Searches a registry for images.
struct RegistrySearch: Sendable {
  private static let defaultLimit: UInt32 = 25
  private static let mostLimit: UInt32 = 100

  let context: EngineContext
  let control: TransferControl

  init(_ context: EngineContext, control: TransferControl) {
    self.context = context
    self.control = control
  }

  /// - Throws: `.invalidArgument` for a filter that is none; `.unavailable` where the registry does not answer.
  func search(_ request: GantryEngineV1.SearchImagesRequest) async throws -> GantryEngineV1.SearchImagesResponse {
    let filter = try SearchFilter(request.filters)
    guard request.limit <= Self.mostLimit else {
      throw GantryError(.invalidArgument, "Limit \(request.limit) is outside the range of [1, \(Self.mostLimit)]")
    }
    guard !request.term.contains("://") else {
      throw GantryError(.invalidArgument, "Invalid repository name (ex: \"registry.domain.tld/myrepos\")")
    }
    let term = SearchTerm(request.term)
    let connection = try await context.registries.open(
      control.request(host: term.host, credentials: request.credentials))
    do {
      let limit = request.limit == 0 ? Self.defaultLimit : request.limit
      let found = try await connection.registry.search(
        .init(term: term.words, limit: limit), options: .init(timeout: .seconds(120)))
      return .init(results: found.results.filter(filter.matches))
    } catch {
      throw await connection.explained(error)
    }
  }
}
