import Errors

/// Knows the value of the `Authorization` field for each request, and gets the tokens that are needed for it.
///
/// The person's credentials go to the registry they are for and to the token server it names, to nobody else.
actor Authorizer {
  private struct Key: Hashable {
    let address: WebAddress
    let service: String
    let scopes: [TokenScope]
    let usesCredentials: Bool
  }

  private struct Token {
    let value: String
    let end: ContinuousClock.Instant
  }

  private let credentials: Credentials
  private let server: TokenServer
  private var tokens: [Key: Token] = [:]
  private var arriving: [Key: Task<Result<TokenAnswer, RequestFailure>, Never>] = [:]
  /// Challenges that came later than the contact's, by origin.
  private var challenges: [String: [AuthChallenge]] = [:]
  /// A refresh token that a token server gave in place of the one of the settings.
  private var newerIdentityToken: String?

  /// A token is not sent that is about to end.
  private static let margin = Duration.seconds(5)

  init(_ credentials: Credentials, server: TokenServer) {
    self.credentials = credentials
    self.server = server
  }

  /// What to send with a request that needs `scopes`; nil sends nothing.
  ///
  /// - Throws: `.unauthenticated` where no token is given; what asking for it met with.
  func authorization(_ contact: Contact, _ scopes: [TokenScope]) async throws(RequestFailure) -> String? {
    if contact.takesCredentials, case .registryToken(let token) = credentials { return "Bearer \(token)" }
    let challenges = challenges[contact.base.origin] ?? contact.challenges
    for challenge in challenges {
      guard let realm = try Self.realm(challenge, contact) else { continue }
      return "Bearer \(try await token(realm, scopes, contact))"
    }
    guard challenges.contains(where: { $0.scheme == "basic" }), contact.takesCredentials,
      case .password(let username, let password) = credentials
    else { return nil }
    return Self.basic(username, password)
  }

  /// Looks at an answer of status 401.
  ///
  /// - Parameter sent: what went with the request.
  /// - Returns: whether there is anything else to send.
  func renew(_ contact: Contact, _ response: HTTPResponse, sent: String?) -> Bool {
    let offered = AuthChallenge.parse(response.headers.all("www-authenticate"))
    let before = challenges[contact.base.origin] ?? contact.challenges
    if !offered.isEmpty { challenges[contact.base.origin] = offered }
    let isBearer = offered.contains { $0.scheme == "bearer" }
    if let sent, sent.hasPrefix("Bearer ") {
      tokens = tokens.filter { "Bearer \($0.value.value)" != sent }
      if case .registryToken = credentials, contact.takesCredentials { return false }
      return isBearer
    }
    if sent == nil {
      if isBearer { return true }
      guard contact.takesCredentials, case .password = credentials else { return false }
      return offered.contains { $0.scheme == "basic" }
    }
    // A name and password that were refused: only another kind of proof is worth a try.
    return isBearer && !before.contains { $0.scheme == "bearer" }
  }

  /// A refresh token in place of the person's password; nil where the registry gives none, or takes no tokens at all.
  ///
  /// - Throws: `.unauthenticated` where the credentials are refused.
  func identityToken(_ contact: Contact) async throws(RequestFailure) -> String? {
    for challenge in challenges[contact.base.origin] ?? contact.challenges {
      guard let realm = try Self.realm(challenge, contact) else { continue }
      return try await server.ask(realm, [], credentials, for: contact, offline: true).refreshToken
    }
    return nil
  }

  private static func realm(_ challenge: AuthChallenge, _ contact: Contact) throws(RequestFailure) -> BearerRealm? {
    do throws(GantryError) {
      return try BearerRealm(challenge, registry: contact.base.authority)
    } catch {
      throw RequestFailure(error)
    }
  }

  private func token(
    _ realm: BearerRealm, _ wanted: [TokenScope], _ contact: Contact
  ) async throws(RequestFailure) -> String {
    let scopes = wanted.isEmpty && !realm.scope.isEmpty ? [TokenScope(text: realm.scope)] : wanted
    let key = Key(
      address: realm.address, service: realm.service, scopes: scopes, usesCredentials: contact.takesCredentials)
    if let token = tokens[key], token.end > .now { return token.value }
    let task = arriving[key] ?? fetch(realm, scopes, contact)
    arriving[key] = task
    let outcome = await task.value
    arriving[key] = nil
    let answer = try outcome.get()
    tokens[key] = Token(value: answer.token, end: .now + answer.lifetime - Self.margin)
    if let refreshToken = answer.refreshToken, case .identityToken = current { newerIdentityToken = refreshToken }
    return answer.token
  }

  /// One request for all who wait for the same token.
  private func fetch(
    _ realm: BearerRealm, _ scopes: [TokenScope], _ contact: Contact
  ) -> Task<Result<TokenAnswer, RequestFailure>, Never> {
    let credentials = contact.takesCredentials ? current : .none
    let server = server
    return Task {
      do throws(RequestFailure) {
        return .success(try await server.ask(realm, scopes, credentials, for: contact, offline: false))
      } catch {
        return .failure(error)
      }
    }
  }

  private var current: Credentials {
    guard case .identityToken(_, let username) = credentials, let newerIdentityToken else { return credentials }
    return .identityToken(newerIdentityToken, username: username)
  }

  static func basic(_ username: String, _ password: String) -> String {
    "Basic \(Base64.encode("\(username):\(password)".utf8))"
  }
}
