import AsyncWire
import Errors
import Messages

/// One `Download`: a document from wherever it lies, and the events.
struct DownloadJob: Sendable {
  typealias Event = GantryRegistryV1.FetchEvent

  let session: RegistrySession
  let address: WebAddress
  let file: DownloadFile

  /// - Throws: `.unavailable`, `.notFound` and their like, naming the address.
  func run(_ responses: OutboundStream<Event>) async throws {
    let file = file
    let report: @Sendable (GantryRegistryV1.FetchProgress) async throws -> Void = {
      try await responses.send(Event(event: .progress($0)))
    }
    try await ProgressTicker.run {
      file.count
    } report: {
      try await report(.init(current: $0, total: file.total))
    } during: {
      try await fetch { seconds, reason in
        // A listener that has gone cancels the call by itself.
        try? await report(.init(current: file.count, total: file.total, retryIn: seconds, reason: reason))
      }
    }
    let result = GantryRegistryV1.FetchResult(
      size: file.count, digest: try file.digest().description, fetched: file.fetched)
    try await responses.send(Event(event: .result(result)))
  }

  private func fetch(_ waiting: @Sendable (UInt32, String) async -> Void) async throws(GantryError) {
    // An address that does not answer may be a wrong one.
    let limit = min(session.settings.retries, 2)
    var backOff = BackOff(session.timing)
    while true {
      do throws(RequestFailure) {
        return try await once()
      } catch {
        try await session.pause(
          &backOff, after: error, limit: file.count > 0 ? session.settings.retries : limit, waiting)
      }
    }
  }

  private func once() async throws(RequestFailure) {
    var request = HTTPRequest(method: .get, address: address)
    request.headers = file.resumption ?? []
    request.receiver = file
    let (response, last) = try await session.transport.send(request, isBulk: true) { _ in nil }
    guard response.status == 200 || response.status == 206 else {
      throw RequestFailure(response, .get, last, now: Transport.now)
    }
  }
}
