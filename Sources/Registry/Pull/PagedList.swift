import Errors
import JSON

/// Reads the lists of a registry, page by page: tags, repositories.
struct PagedList: Sendable {
  let session: RegistrySession
  let endpoint: Endpoint

  private static let maximumPages = 10_000
  private static let maximumEntries = 1_000_000
  private static let pageSize = 1000

  /// - Parameters:
  ///   - path: from `/v2/` on.
  ///   - key: the member of each page that holds the names.
  ///   - isEnough: looks at what there is so far, after each page.
  /// - Throws: `.invalidArgument` for a page that is none, and for lists that do not end.
  func names(
    _ path: String, key: String, scopes: [TokenScope], isEnough: ([String]) -> Bool = { _ in false }
  ) async throws(GantryError) -> [String] {
    var names: [String] = []
    var place = RegistryRequest.Place.path(path, query: [("n", "\(Self.pageSize)")])
    var seen: Set<String> = []
    for _ in 0..<Self.maximumPages {
      var request = RegistryRequest(place: place)
      request.scopes = scopes
      let response = try await session.perform(request, at: endpoint)
      guard let page = try? JSONValue(parsing: response.body), page.object != nil else {
        throw GantryError(.invalidArgument, "\(endpoint.name) answers with a list that is no JSON object")
      }
      for entry in page[key]?.array ?? [] {
        guard let name = entry.string else {
          throw GantryError(.invalidArgument, "\(endpoint.name) answers with a list whose \(key) are not names")
        }
        names.append(name)
      }
      guard names.count <= Self.maximumEntries else {
        throw GantryError(.invalidArgument, "\(endpoint.name) lists more than \(Self.maximumEntries) names")
      }
      guard !isEnough(names), let next = LinkHeader.next(in: response.headers.all("link")) else { return names }
      guard seen.insert(next).inserted else { return names }
      place = .address(try await address(next, after: place))
    }
    throw GantryError(.invalidArgument, "\(endpoint.name) answers with a list that does not end")
  }

  /// A page is always the same server's.
  private func address(_ link: String, after place: RegistryRequest.Place) async throws(GantryError) -> WebAddress {
    let base: WebAddress
    do throws(RequestFailure) { base = try await session.contact(endpoint).base } catch { throw error.error }
    let current = if case .address(let address) = place { address } else { base }
    let next = try current.resolving(link)
    guard next.host == base.host else {
      throw GantryError(
        .invalidArgument, "\(endpoint.name) has its list go on at \(next.authority): that is not followed")
    }
    return next.origin == base.origin ? next : base.replacing(pathAndQueryOf: next)
  }
}
