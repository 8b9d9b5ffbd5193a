import Errors

/// Where a registry sends those who want a token, and what for.
struct BearerRealm: Sendable, Hashable {
  let address: WebAddress
  let service: String
  /// The scope that the challenge itself names; "" where it names none.
  let scope: String

  /// - Returns: nil where the challenge is no `Bearer` one.
  /// - Throws: `.unauthenticated` where its realm is no address.
  init?(_ challenge: AuthChallenge, registry: String) throws(GantryError) {
    guard challenge.scheme == "bearer" else { return nil }
    guard let realm = challenge.parameters["realm"] else {
      throw GantryError(.unauthenticated, "\(registry) wants a token and does not say where they are given")
    }
    do { address = try WebAddress(realm) } catch {
      throw GantryError(.unauthenticated, "\(registry) does not say where its tokens are given: \(error.message)")
    }
    service = challenge.parameters["service"] ?? ""
    scope = challenge.parameters["scope"] ?? ""
  }
}
