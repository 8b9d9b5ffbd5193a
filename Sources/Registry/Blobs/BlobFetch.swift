import Errors

/// Fetches one blob into its file, from whichever endpoint has it, going on where it broke off.
struct BlobFetch: Sendable {
  let session: RegistrySession
  let repository: Repository
  let blob: BlobFile
  /// Is told of each pause: seconds, and why.
  let waiting: @Sendable (UInt32, String) async -> Void

  /// A try that brought this much does not count as a failed one.
  private static let worthwhile: Int64 = 1 << 20

  /// - Parameter mayStartAfresh: whether nobody has been given any of its bytes yet, should they prove to be wrong.
  /// - Throws: as the contract has it. What is in the file stays, and is gone on with by the next fetch.
  func run(mayStartAfresh: Bool) async throws(GantryError) {
    let held = blob.count
    try await fetch()
    if try blob.isWhole() { return }
    // The wrong part of it may be what lay in the file before.
    guard held > 0, mayStartAfresh else { throw try await damaged() }
    try blob.startAfresh()
    try await fetch()
    guard try blob.isWhole() else { throw try await damaged() }
  }

  /// What is in the file is no part of the blob: nothing may go on from it.
  private func damaged() async throws(GantryError) -> GantryError {
    try blob.startAfresh()
    return GantryError(
      .failedPrecondition, "blob \(blob.digest) is not what its digest says: its content was damaged on the way")
  }

  private func fetch() async throws(GantryError) {
    guard blob.count < blob.size else { return }
    _ = try await Endpoint.firstOf(session.endpoints) { (endpoint) throws(GantryError) in
      try await fetch(from: endpoint)
    }
  }

  private func fetch(from endpoint: Endpoint) async throws(GantryError) {
    var backOff = BackOff(session.timing)
    var entityTag: String?
    var knowsRanges = true
    while true {
      let start = blob.count
      do throws(RequestFailure) {
        let outcome = try await once(endpoint, &entityTag, asksForRest: start > 0 && knowsRanges)
        if outcome == .complete { return }
        // It is asked for the whole then, and what is here already is passed over.
        knowsRanges = false
      } catch {
        if blob.count - start >= Self.worthwhile { backOff.reset() }
        try await session.pause(&backOff, at: endpoint, after: error, waiting)
      }
    }
  }

  private enum Outcome {
    case complete
    /// The endpoint cannot give the part that was asked for.
    case noSuchPart
  }

  private func once(
    _ endpoint: Endpoint, _ entityTag: inout String?, asksForRest: Bool
  ) async throws(RequestFailure) -> Outcome {
    let start = blob.count
    let receiver = BlobReceiver(blob)
    var request = RegistryRequest(place: .path("/v2/\(repository.path)/blobs/\(blob.digest)"))
    request.scopes = [.pull(repository.path)]
    request.receiver = receiver
    request.isBulk = true
    if asksForRest {
      request.headers = [("Range", "bytes=\(start)-")]
      if let entityTag { request.headers.append(("If-Range", entityTag)) }
    }
    defer { entityTag = receiver.entityTag ?? entityTag }
    let response: HTTPResponse
    do throws(RequestFailure) {
      response = try await session.exchange(request, at: endpoint)
    } catch {
      guard asksForRest, receiver.isOtherPart else { throw error }
      return .noSuchPart
    }
    switch response.status {
    case 200, 206:
      guard blob.count == blob.size else {
        throw RequestFailure(
          GantryError(.unavailable, "blob \(blob.digest): the answer ends after \(blob.count) of \(blob.size) bytes"),
          retry: .backOff)
      }
      return .complete
    case 416 where asksForRest: return .noSuchPart
    case 416:
      throw RequestFailure(
        GantryError(
          .failedPrecondition,
          "blob \(blob.digest) is not what its manifest says: the registry has nothing of it after \(start) of \(blob.size) bytes"
        ))
    default:
      let failure = await session.failure(response, request, at: endpoint)
      throw RequestFailure(failure.error.wrapped("blob \(blob.digest)"), retry: failure.retry)
    }
  }
}
