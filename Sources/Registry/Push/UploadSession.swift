import Errors
import Synchronization

/// One upload as the registry keeps it: where it goes on, and how much is there. One task at a time uses it.
///
/// - SeeAlso: OCI distribution-spec, "Pushing blobs".
final class UploadSession: Sendable {
  private struct State {
    var address: WebAddress
    var position: Int64 = 0
    /// Whether the registry takes pieces; one that does not gets the whole at once.
    var takesPieces = true
    var pieceSize: Int64
  }

  private let session: RegistrySession
  private let endpoint: Endpoint
  private let content: UploadContent
  private let scopes: [TokenScope]
  private let state: Mutex<State>

  /// A blob up to this size is sent at once. Servers before registries refuse bodies of some hundred megabytes.
  private static let pieceSize: Int64 = 64 << 20
  /// A try that sent this much does not count as a failed one.
  static let worthwhile: Int64 = 4 << 20
  private static let octets = ("Content-Type", "application/octet-stream")

  /// - Parameters:
  ///   - address: what was asked for the upload.
  ///   - response: the answer, of status 202.
  /// - Throws: `.invalidArgument` where it does not say where the upload goes on.
  init(
    _ session: RegistrySession, _ endpoint: Endpoint, _ content: UploadContent, scopes: [TokenScope],
    at address: WebAddress, _ response: HTTPResponse
  ) throws(RequestFailure) {
    self.session = session
    self.endpoint = endpoint
    self.content = content
    self.scopes = scopes
    let least = response.headers["oci-chunk-min-length"].flatMap { Int64($0) } ?? 0
    state = Mutex(
      State(
        address: try Self.location(response, after: address, endpoint),
        pieceSize: max(Self.pieceSize, min(least, 5 << 30))))
  }

  /// Sends what is missing and closes the upload.
  ///
  /// - Parameter progress: is told how many bytes have been handed over.
  func run(_ progress: @escaping @Sendable (Int64) -> Void) async throws(RequestFailure) {
    while true {
      let (position, pieceSize, takesPieces) = state.withLock { ($0.position, $0.pieceSize, $0.takesPieces) }
      progress(position)
      // Whatever is left goes with the closing request where it is little, else piece by piece.
      if !takesPieces || (position == 0 && content.size <= pieceSize) {
        return try await close(sending: 0..<content.size, progress)
      }
      guard position < content.size else { return try await close(sending: nil, progress) }
      try await send(position..<min(content.size, position + pieceSize), progress)
    }
  }

  private func send(_ range: Range<Int64>, _ progress: @escaping @Sendable (Int64) -> Void) async throws(RequestFailure)
  {
    var request = RegistryRequest(method: .patch, place: .address(address))
    request.headers = [Self.octets, ("Content-Range", "\(range.lowerBound)-\(range.upperBound - 1)")]
    let response = try await exchange(&request, range, progress)
    switch response.status {
    case 200...204:
      let location = try Self.location(response, after: address, endpoint)
      let held = response.headers["range"].flatMap(ByteRange.uploaded) ?? range.upperBound
      guard held <= content.size else {
        throw RequestFailure(
          GantryError(.invalidArgument, "\(endpoint.name) says it has \(held) bytes of a blob of \(content.size)"))
      }
      guard held > range.lowerBound else {
        throw RequestFailure(
          GantryError(.unavailable, "\(endpoint.name) has taken nothing of blob \(content.digest)"), retry: .backOff)
      }
      state.withLock { state in
        state.address = location
        state.position = held
      }
    case 404 where range.lowerBound == 0, 405, 501:
      state.withLock { $0.takesPieces = false }
    case 404, 416:
      throw RequestFailure(
        GantryError(.unavailable, "\(endpoint.name) has lost its place in the upload of \(content.digest)"),
        retry: .backOff)
    default: throw await session.failure(response, request, at: endpoint)
    }
  }

  private func close(
    sending range: Range<Int64>?, _ progress: @escaping @Sendable (Int64) -> Void
  ) async throws(RequestFailure) {
    let place = address.adding(query: [("digest", content.digest.description)])
    var request = RegistryRequest(method: .put, place: .address(place))
    request.headers = [Self.octets]
    let response = try await exchange(&request, range, progress)
    guard response.isSuccess else {
      let failure = await session.failure(response, request, at: endpoint)
      guard response.status == 404 || response.status == 416 else { throw failure }
      throw RequestFailure(GantryError(.unavailable, failure.error.message), retry: .backOff)
    }
    progress(content.size)
  }

  private func exchange(
    _ request: inout RegistryRequest, _ range: Range<Int64>?, _ progress: @escaping @Sendable (Int64) -> Void
  ) async throws(RequestFailure) -> HTTPResponse {
    request.scopes = scopes
    request.isBulk = true
    if let range, !range.isEmpty {
      request.body = .file(content.file, range)
      request.sent = { progress(range.lowerBound + $0) }
    }
    return try await session.exchange(request, at: endpoint)
  }

  /// Asks the registry how much it has.
  ///
  /// - Returns: whether the upload can go on.
  func findPosition() async -> Bool {
    var request = RegistryRequest(place: .address(address))
    request.scopes = scopes
    guard let response = try? await session.exchange(request, at: endpoint), response.isSuccess,
      let held = response.headers["range"].flatMap(ByteRange.uploaded), held <= content.size
    else { return false }
    let location = (try? Self.location(response, after: address, endpoint)) ?? address
    state.withLock { state in
      state.address = location
      state.position = held
    }
    return true
  }

  /// Tells the registry that nothing more comes; it forgets the upload by itself too.
  func abandon() async {
    var request = RegistryRequest(method: .delete, place: .address(address))
    request.scopes = scopes
    _ = try? await session.exchange(request, at: endpoint)
  }

  private var address: WebAddress { state.withLock { $0.address } }

  /// Where the upload goes on. A registry behind a proxy may not know that it is reached with TLS: it stays so.
  private static func location(
    _ response: HTTPResponse, after address: WebAddress, _ endpoint: Endpoint
  ) throws(RequestFailure) -> WebAddress {
    guard let text = response.headers["location"] else {
      guard response.status != 202 else {
        throw RequestFailure(
          GantryError(.invalidArgument, "\(endpoint.name) does not say where the upload goes on"))
      }
      return address
    }
    do throws(GantryError) {
      let location = try address.resolving(text)
      let isDowngrade = address.isSecure && !location.isSecure && location.host == address.host
      return isDowngrade ? address.replacing(pathAndQueryOf: location) : location
    } catch {
      throw RequestFailure(error.wrapped("\(endpoint.name) has the upload go on elsewhere"))
    }
  }
}
