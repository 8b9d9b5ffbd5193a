import Errors
import JSON

/// Searches for repositories: by the search of version 1 of the protocol, which Docker Hub still answers, else in a registry's
/// catalog.
package struct RepositorySearch: Sendable {
  let session: RegistrySession

  package struct Match: Sendable, Equatable {
    package let name: String
    let description: String
    let stars: Int64
    let isOfficial: Bool
    let isAutomated: Bool
  }

  /// Docker Hub's search has a host of its own.
  private static let dockerHubIndex = "https://index.docker.io/v1/search"
  private static let defaultLimit = 25
  private static let maximumLimit = 100

  /// - Parameter limit: 0 is Docker's default of 25.
  /// - Throws: `.invalidArgument` for a limit that Docker refuses.
  func run(_ term: String, limit: Int) async throws(GantryError) -> [Match] {
    guard (0...Self.maximumLimit).contains(limit) else {
      throw GantryError(
        .invalidArgument, "Limit \(limit) is outside the range of [1, \(Self.maximumLimit)]")
    }
    let limit = limit == 0 ? Self.defaultLimit : limit
    if session.settings.isDockerHub { return try await searchDockerHub(term, limit) }
    return try await searchRegistry(term, limit)
  }

  private func query(_ term: String, _ limit: Int) -> [(String, String)] { [("q", term), ("n", "\(limit)")] }

  private func searchDockerHub(_ term: String, _ limit: Int) async throws(GantryError) -> [Match] {
    let request = HTTPRequest(
      method: .get, address: try WebAddress(Self.dockerHubIndex).adding(query: query(term, limit)))
    let transport = session.transport
    let response = try await session.retrying(session.source, { _, _ in }) { () throws(RequestFailure) in
      let (response, last) = try await transport.send(request) { _ in nil }
      guard response.isSuccess else { throw RequestFailure(response, .get, last, now: Transport.now) }
      return response
    }
    return try Self.matches(in: response.body, server: "index.docker.io", limit: limit)
  }

  private func searchRegistry(_ term: String, _ limit: Int) async throws(GantryError) -> [Match] {
    let endpoint = try session.source
    let request = RegistryRequest(place: .path("/v1/search", query: query(term, limit)))
    let answer = try await session.perform(request, at: endpoint, accepted: Set(400..<500))
    if answer.isSuccess, let matches = try? Self.matches(in: answer.body, server: endpoint.name, limit: limit) {
      return matches
    }
    let wanted = term.lowercased()
    let isMatch: @Sendable (String) -> Bool = { wanted.isEmpty || $0.lowercased().contains(wanted) }
    let names = try await PagedList(session: session, endpoint: endpoint)
      .names("/v2/_catalog", key: "repositories", scopes: [.catalog]) { names in
        names.filter(isMatch).count >= limit
      }
    return names.filter(isMatch).prefix(limit).map {
      Match(
        name: RegistryErrorDocument.printable($0), description: "", stars: 0, isOfficial: false, isAutomated: false)
    }
  }

  /// Reads what a search of version 1 answers.
  ///
  /// - Throws: `.invalidArgument` naming `server`.
  package static func matches(in body: [UInt8], server: String, limit: Int) throws(GantryError) -> [Match] {
    guard let results = (try? JSONValue(parsing: body))?["results"]?.array else {
      throw GantryError(.invalidArgument, "\(server) answers to a search with no list of results")
    }
    return results.prefix(limit).compactMap { result in
      guard let name = result["name"]?.string, !name.isEmpty else { return nil }
      let isOfficial = result["is_official"]?.bool ?? false
      let shown = isOfficial && name.hasPrefix("library/") ? String(name.dropFirst("library/".count)) : name
      return Match(
        name: RegistryErrorDocument.printable(shown),
        description: RegistryErrorDocument.printable(result["description"]?.string ?? ""),
        stars: max(0, result["star_count"]?.integer ?? 0), isOfficial: isOfficial,
        isAutomated: result["is_automated"]?.bool ?? false)
    }
  }
}
