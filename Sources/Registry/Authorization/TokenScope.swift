/// What a bearer token is asked for.
///
/// - SeeAlso: <https://distribution.github.io/distribution/spec/auth/scope/>
struct TokenScope: Sendable, Hashable {
  let text: String

  static func pull(_ repository: String) -> TokenScope { TokenScope(text: "repository:\(repository):pull") }
  static func push(_ repository: String) -> TokenScope { TokenScope(text: "repository:\(repository):pull,push") }
  static let catalog = TokenScope(text: "registry:catalog:*")
}
