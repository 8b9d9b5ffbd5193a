import Errors
import Threads

/// Everything that is said to one host's registry: authorisation, redirects, tries. Safe to use from any task.
final class RegistrySession: Sendable {
  let settings: RegistrySettings
  let timing: Timing
  let transport: Transport
  /// For files, which block.
  let threads: BlockingThreads
  let authorizer: Authorizer
  /// Mirrors first, the registry itself last.
  let endpoints: [Endpoint]
  private let contacts: ContactBook

  /// - Throws: `.invalidArgument` naming a host or mirror that is no address.
  init(_ settings: RegistrySettings, _ timing: Timing, _ loop: TransferLoop) async throws(GantryError) {
    self.settings = settings
    self.timing = timing
    threads = BlockingThreads(name: "files", limit: 8)
    let connections = Connections(settings, timing, threads)
    transport = Transport(connections, loop, timing)
    authorizer = Authorizer(settings.credentials, server: TokenServer(transport))
    endpoints = try await Endpoint.all(settings, connections)
    contacts = ContactBook(transport)
  }

  /// The registry itself, which every push and login goes to.
  ///
  /// - Throws: `.internal` where there is none, which cannot be.
  var source: Endpoint {
    get throws(GantryError) {
      guard let last = endpoints.last else { throw GantryError(.internal, "no registry is configured") }
      return last
    }
  }

  func contact(_ endpoint: Endpoint) async throws(RequestFailure) -> Contact {
    try await contacts.contact(endpoint)
  }

  /// Sends a request once, with what it needs to be allowed.
  ///
  /// - Returns: the answer, whatever its status.
  /// - Throws: why there is none.
  func exchange(_ request: RegistryRequest, at endpoint: Endpoint) async throws(RequestFailure) -> HTTPResponse {
    let contact = try await contacts.contact(endpoint)
    var sending = HTTPRequest(method: request.method, address: address(request.place, contact))
    sending.headers = request.headers
    sending.body = request.body
    sending.receiver = request.receiver
    sending.sent = request.sent
    sending.bodyLimit = request.bodyLimit
    let origin = contact.base.origin
    var mayRenew = true
    while true {
      let value = try await authorizer.authorization(contact, request.scopes)
      var (response, last) = try await transport.send(sending, isBulk: request.isBulk) {
        $0.origin == origin ? value : nil
      }
      guard response.status == 401, last.origin == origin, mayRenew,
        await authorizer.renew(contact, response, sent: value)
      else {
        if last.origin != origin { response.redirectedTo = "\(last.authority)" }
        return response
      }
      mayRenew = false
    }
  }

  /// Sends a request until it is answered with success, as often as the settings want.
  ///
  /// - Parameters:
  ///   - accepted: further statuses that are no failure.
  ///   - waiting: is told of each pause: seconds, and why.
  /// - Throws: `GantryError` as the contract has it.
  func perform(
    _ request: RegistryRequest, at endpoint: Endpoint, accepted: Set<Int> = [],
    waiting: @Sendable (UInt32, String) async -> Void = { _, _ in }
  ) async throws(GantryError) -> HTTPResponse {
    try await retrying(endpoint, waiting) { () throws(RequestFailure) in
      let response = try await exchange(request, at: endpoint)
      guard response.isSuccess || accepted.contains(response.status) else {
        throw await failure(response, request, at: endpoint)
      }
      return response
    }
  }

  /// Does something again for as long as its failures are worth another try.
  func retrying<Value: Sendable>(
    _ endpoint: Endpoint, _ waiting: @Sendable (UInt32, String) async -> Void,
    _ body: () async throws(RequestFailure) -> Value
  ) async throws(GantryError) -> Value {
    var backOff = BackOff(timing)
    while true {
      do throws(RequestFailure) {
        return try await body()
      } catch {
        try await pause(&backOff, at: endpoint, after: error, waiting)
      }
    }
  }

  /// Waits before another try. One that has never answered is not asked for long: there may be a mistake in its name.
  ///
  /// - Throws: the failure, where there is none.
  func pause(
    _ backOff: inout BackOff, at endpoint: Endpoint, after failure: RequestFailure,
    _ waiting: @Sendable (UInt32, String) async -> Void
  ) async throws(GantryError) {
    let isKnown = await contacts.isKnown(endpoint)
    let limit = isKnown && !endpoint.isMirror ? settings.retries : min(settings.retries, 1)
    try await pause(&backOff, after: failure, limit: limit, waiting)
  }

  /// Waits before another try, of which there are `limit` in all.
  ///
  /// - Throws: the failure, where there is none.
  func pause(
    _ backOff: inout BackOff, after failure: RequestFailure, limit: Int,
    _ waiting: @Sendable (UInt32, String) async -> Void
  ) async throws(GantryError) {
    guard let pause = backOff.pause(after: failure, limit: limit) else { throw backOff.last(failure) }
    await waiting(UInt32(clamping: pause.wholeSeconds), failure.error.message)
    do {
      try await Task.sleep(for: pause)
    } catch {
      throw GantryError(.cancelled, "waiting for the registry was cancelled: \(failure.error.message)")
    }
  }

  func failure(
    _ response: HTTPResponse, _ request: RegistryRequest, at endpoint: Endpoint
  ) async -> RequestFailure {
    let address: WebAddress
    do throws(RequestFailure) { address = self.address(request.place, try await contacts.contact(endpoint)) } catch {
      return error
    }
    return RequestFailure(response, request.method, address, now: Transport.now)
  }

  private func address(_ place: RegistryRequest.Place, _ contact: Contact) -> WebAddress {
    switch place {
    case .path(let path, let query): contact.base.appending(path: path).adding(query: query)
    case .address(let address): address
    }
  }
}
