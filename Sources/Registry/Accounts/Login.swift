import Errors

/// Finds out whether a registry takes the credentials of the settings.
struct Login: Sendable {
  let session: RegistrySession

  struct Outcome: Sendable {
    let status: String
    /// To keep in place of the password; "" where the registry gives none.
    let identityToken: String
  }

  /// - Throws: `.unauthenticated` where it does not.
  func run() async throws(GantryError) -> Outcome {
    let endpoint = try session.source
    return try await session.retrying(endpoint, { _, _ in }) { () throws(RequestFailure) in try await once(endpoint) }
  }

  private func once(_ endpoint: Endpoint) async throws(RequestFailure) -> Outcome {
    let contact = try await session.contact(endpoint)
    var identityToken = ""
    if case .password = session.settings.credentials {
      identityToken = try await session.authorizer.identityToken(contact) ?? ""
    }
    let request = RegistryRequest(place: .path("/v2/"))
    let response = try await session.exchange(request, at: endpoint)
    guard response.isSuccess else {
      let failure = await session.failure(response, request, at: endpoint)
      let reasons = [401: "Unauthorized", 403: "Forbidden", 404: "Not Found"]
      guard let reason = reasons[response.status] else { throw failure }
      let address = contact.base.appending(path: "/v2/")
      throw RequestFailure(
        GantryError(
          .unauthenticated,
          "login attempt to \(address) failed with status: \(response.status) \(reason)"
        ))
    }
    return Outcome(status: "Login Succeeded", identityToken: identityToken)
  }
}
