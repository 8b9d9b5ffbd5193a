import Errors

/// Asks the server that a registry names for tokens.
///
/// - SeeAlso: <https://distribution.github.io/distribution/spec/auth/oauth/>
struct TokenServer: Sendable {
  private let transport: Transport
  private static let clientName = "gantry"
  private static let maximumAnswer = 256 << 10

  init(_ transport: Transport) { self.transport = transport }

  /// - Parameters:
  ///   - credentials: whom the token is for; `.none` asks as nobody in particular.
  ///   - offline: whether a refresh token is wanted too.
  /// - Throws: `.unauthenticated` where no token is given.
  func ask(
    _ realm: BearerRealm, _ scopes: [TokenScope], _ credentials: Credentials, for contact: Contact, offline: Bool
  ) async throws(RequestFailure) -> TokenAnswer {
    if credentials.isGiven { try await checkSecrecy(realm, contact) }
    var request: HTTPRequest
    var authorization: String?
    switch credentials {
    case .identityToken(let token, _):
      request = HTTPRequest(method: .post, address: realm.address)
      let pairs =
        [("grant_type", "refresh_token"), ("service", realm.service), ("client_id", Self.clientName)]
        + (scopes.isEmpty ? [] : [("scope", scopes.map(\.text).joined(separator: " "))]) + [("refresh_token", token)]
      request.body = .bytes(Array(pairs.map { "\($0)=\(WebAddress.escaped($1))" }.joined(separator: "&").utf8))
      request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
    case .password(let username, let password):
      request = HTTPRequest(method: .get, address: address(realm, scopes, account: username, offline: offline))
      authorization = Authorizer.basic(username, password)
    case .none, .registryToken:
      request = HTTPRequest(method: .get, address: address(realm, scopes, account: "", offline: false))
    }
    request.bodyLimit = Self.maximumAnswer
    let (response, last) = try await transport.send(request) { [authorization, origin = realm.address.origin] address in
      address.origin == origin ? authorization : nil
    }
    guard response.isSuccess else { throw failure(response, request.method, last, contact) }
    do throws(GantryError) {
      return try TokenAnswer(parsing: response.body, server: "\(realm.address.authority)")
    } catch {
      throw RequestFailure(error)
    }
  }

  private func address(
    _ realm: BearerRealm, _ scopes: [TokenScope], account: String, offline: Bool
  ) -> WebAddress {
    realm.address.adding(
      query: (account.isEmpty ? [] : [("account", account)])
        + (offline ? [("client_id", Self.clientName), ("offline_token", "true")] : [])
        + scopes.map { ("scope", $0.text) }
        + (realm.service.isEmpty ? [] : [("service", realm.service)]))
  }

  /// A registry that is reached in secret does not get the password told in the open.
  private func checkSecrecy(_ realm: BearerRealm, _ contact: Contact) async throws(RequestFailure) {
    guard !realm.address.isSecure, contact.base.isSecure else { return }
    do throws(GantryError) {
      if try await transport.connections.isInsecure(realm.address) { return }
    } catch {
      throw RequestFailure(error)
    }
    throw RequestFailure(
      GantryError(
        .unauthenticated,
        "\(contact.base.authority) has its tokens given by \(realm.address.origin), without TLS: the credentials are not sent there"
      ))
  }

  /// What a token server says of credentials is a refusal, whatever its status.
  private func failure(
    _ response: HTTPResponse, _ method: HTTPRequest.Method, _ address: WebAddress, _ contact: Contact
  ) -> RequestFailure {
    let failure = RequestFailure(response, method, address, now: Transport.now)
    guard (400..<404).contains(response.status) else { return failure }
    let words = RegistryErrorDocument.words(of: response.body) ?? "incorrect username or password"
    let text = words.hasPrefix("unauthorized") ? words : "unauthorized: \(words)"
    return RequestFailure(GantryError(.unauthenticated, "Get \"\(contact.base.withoutQuery)v2/\": \(text)"))
  }
}
