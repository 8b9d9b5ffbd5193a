import Errors
import Glibc

/// Sends requests over connections as the settings want them, and follows redirects. Safe to use from any task.
final class Transport: Sendable {
  let connections: Connections
  private let loop: TransferLoop
  private let timing: Timing

  private static let maximumRedirects = 10

  init(_ connections: Connections, _ loop: TransferLoop, _ timing: Timing) {
    self.connections = connections
    self.loop = loop
    self.timing = timing
  }

  /// Seconds since 1970.
  static var now: Int64 { Int64(time(nil)) }

  /// Sends a request.
  ///
  /// - Parameters:
  ///   - request: its `connection` is set here; without a `timeout` it gets the one of documents.
  ///   - authorization: the value of the `Authorization` field for each address on the way. It must be nil for every origin
  ///     but the one that the credentials are for.
  /// - Returns: the answer, whatever its status, and the address that gave it.
  /// - Throws: why there is none.
  func send(
    _ request: HTTPRequest, isBulk: Bool = false, authorization: @Sendable (WebAddress) -> String?
  ) async throws(RequestFailure) -> (HTTPResponse, WebAddress) {
    var request = request
    request.timeout = isBulk ? nil : timing.document
    let headers = request.headers
    for _ in 0...Self.maximumRedirects {
      // A name and password in an address that an answer leads to are for that address alone, as in Go.
      let value = authorization(request.address) ?? request.address.userInfo?.authorization
      request.headers = headers + (value.map { [("Authorization", $0)] } ?? [])
      let response = try await once(&request)
      guard let next = try redirect(response, &request) else { return (response, request.address) }
      request.address = next
    }
    throw RequestFailure(
      GantryError(
        .unavailable,
        "\(request.method.verb) \"\(request.address.withoutQuery)\": stopped after \(Self.maximumRedirects) redirects"))
  }

  private func once(_ request: inout HTTPRequest) async throws(RequestFailure) -> HTTPResponse {
    do throws(GantryError) {
      request.connection = try await connections.settings(for: request.address)
    } catch {
      throw RequestFailure(error)
    }
    do throws(TransferFailure) {
      return try await loop.send(request)
    } catch {
      if case .certificate = error.kind {
        throw RequestFailure(await plainestFault(request) ?? error, request.method, request.address)
      }
      guard case .noTLS = error.kind, await answersWithoutTLS(request) else {
        throw RequestFailure(error, request.method, request.address)
      }
      throw RequestFailure(
        GantryError(
          .unavailable,
          "\(request.method.verb) \"\(request.address.withoutQuery)\": http: server gave HTTP response to HTTPS client; "
            + "to use this registry without TLS add \"\(request.address.authority)\" to insecure-registries in daemon.json"
        ))
    }
  }

  /// Whether a server that does not speak TLS speaks HTTP. It is told nothing but its own name.
  private func answersWithoutTLS(_ request: HTTPRequest) async -> Bool {
    guard request.address.isSecure, request.connection.proxy?.hasPrefix("https://") != true,
      let plain = try? WebAddress("http://\(request.address.host):\(request.address.port)/v2/")
    else { return false }
    var probe = HTTPRequest(method: .get, address: plain)
    probe.connection = request.connection
    // An answer must be the server's, not the proxy's.
    probe.connection.tunnels = true
    probe.timeout = .seconds(5)
    return (try? await loop.send(probe)) != nil
  }

  /// What Go, and so Docker, says of a certificate before it asks who signed it: that its time or its name is wrong. OpenSSL
  /// asks for the authority first.
  private func plainestFault(_ request: HTTPRequest) async -> TransferFailure? {
    guard request.address.isSecure else { return nil }
    var examination = HTTPRequest(method: .get, address: request.address)
    examination.connection = request.connection
    examination.connection.identity = nil
    examination.isExamination = true
    examination.timeout = .seconds(5)
    do throws(TransferFailure) {
      _ = try await loop.send(examination)
      return nil
    } catch {
      if case .certificate(isUnknownAuthority: false) = error.kind { return error }
      return nil
    }
  }

  /// Where an answer leads, with the request changed to what is to be sent there; nil where it is to stay as it is.
  private func redirect(_ response: HTTPResponse, _ request: inout HTTPRequest) throws(RequestFailure) -> WebAddress? {
    switch (response.status, request.method) {
    case (301, .get), (302, .get), (303, .get), (301, .head), (302, .head), (303, .head): break
    case (307, _), (308, _): break
    default: return nil
    }
    guard let location = response.headers["location"] else { return nil }
    do throws(GantryError) {
      return try request.address.resolving(location)
    } catch {
      throw RequestFailure(error.wrapped("\(request.address.authority) leads elsewhere"))
    }
  }
}
