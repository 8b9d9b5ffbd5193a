import Errors

/// Which endpoints have answered, and how. Each is asked once, however many want to know.
actor ContactBook {
  private let transport: Transport
  private var known: [Endpoint: Contact] = [:]
  private var arriving: [Endpoint: Task<Result<Contact, RequestFailure>, Never>] = [:]

  init(_ transport: Transport) { self.transport = transport }

  func isKnown(_ endpoint: Endpoint) -> Bool { known[endpoint] != nil }

  /// - Throws: why it does not answer.
  func contact(_ endpoint: Endpoint) async throws(RequestFailure) -> Contact {
    if let contact = known[endpoint] { return contact }
    let transport = transport
    let task =
      arriving[endpoint]
      ?? Task {
        do throws(RequestFailure) {
          return .success(try await Self.ask(endpoint, transport))
        } catch {
          return .failure(error)
        }
      }
    arriving[endpoint] = task
    let outcome = await task.value
    arriving[endpoint] = nil
    let contact = try outcome.get()
    known[endpoint] = contact
    return contact
  }

  /// Whatever is answered counts, an error too: what the registry thinks of a request is seen with the request.
  private static func ask(_ endpoint: Endpoint, _ transport: Transport) async throws(RequestFailure) -> Contact {
    var failure: RequestFailure?
    for base in endpoint.addresses {
      do throws(RequestFailure) {
        let ping = HTTPRequest(method: .get, address: base.appending(path: "/v2/"))
        let (response, last) = try await transport.send(ping) { _ in nil }
        // Where another host answers in its place nothing is learnt of how to prove who asks.
        let challenges =
          response.status == 401 && last.origin == base.origin
          ? AuthChallenge.parse(response.headers.all("www-authenticate")) : []
        if response.status >= 500 || response.status == 429 {
          throw RequestFailure(response, .get, last, now: Transport.now)
        }
        return Contact(base: base, challenges: challenges, takesCredentials: !endpoint.isMirror)
      } catch {
        if error.error.code == .cancelled { throw error }
        failure = error
      }
    }
    throw failure ?? RequestFailure(GantryError(.internal, "an endpoint has no address"))
  }
}
