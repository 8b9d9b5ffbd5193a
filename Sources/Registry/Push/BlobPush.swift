import Digests
import Errors
import Linux
import Synchronization

/// Sends one blob to the registry, unless it is there or can be mounted.
final class BlobPush: Sendable {
  enum Outcome: Sendable, Equatable {
    case pushed
    case existed
    case mounted(from: String)
  }

  private let session: RegistrySession
  private let endpoint: Endpoint
  private let repository: Repository
  private let content: UploadContent
  private let waiting: @Sendable (UInt32, String) async -> Void
  private let done = Atomic<Int64>(0)

  /// A registry is not asked to mount from more repositories than this.
  private static let maximumMounts = 4

  /// - Parameter waiting: is told of each pause: seconds, and why.
  init(
    _ session: RegistrySession, _ endpoint: Endpoint, _ repository: Repository, _ content: UploadContent,
    waiting: @escaping @Sendable (UInt32, String) async -> Void
  ) {
    self.session = session
    self.endpoint = endpoint
    self.repository = repository
    self.content = content
    self.waiting = waiting
  }

  /// Bytes that have been handed to the connection.
  var position: Int64 { done.load(ordering: .relaxed) }

  /// - Parameter mountFrom: repositories that may have the blob, likeliest first.
  /// - Throws: as the contract has it.
  func run(mountFrom: [Repository]) async throws(GantryError) -> Outcome {
    if try await exists() { return .existed }
    var upload: UploadSession?
    for other in mountFrom.prefix(Self.maximumMounts) where other != repository {
      let next = try await begin(mountingFrom: other)
      if let upload { await upload.abandon() }
      guard let next else { return .mounted(from: other.path) }
      upload = next
    }
    try await send(upload)
    return .pushed
  }

  /// A refusal is no answer to this: the upload that follows is refused, too, and in words.
  private func exists() async throws(GantryError) -> Bool {
    var request = RegistryRequest(method: .head, place: .path("/v2/\(repository.path)/blobs/\(content.digest)"))
    request.scopes = [.push(repository.path)]
    return try await session.perform(request, at: endpoint, accepted: [401, 403, 404], waiting: waiting).isSuccess
  }

  /// Begins an upload; nil where the registry has mounted the blob instead.
  private func begin(mountingFrom other: Repository? = nil) async throws(GantryError) -> UploadSession? {
    try await session.retrying(endpoint, waiting) { () throws(RequestFailure) in
      try await beginOnce(mountingFrom: other)
    }
  }

  private func beginOnce(mountingFrom other: Repository?) async throws(RequestFailure) -> UploadSession? {
    let path = "/v2/\(repository.path)/blobs/uploads/"
    let query = other.map { [("mount", content.digest.description), ("from", $0.path)] } ?? []
    var request = RegistryRequest(method: .post, place: .path(path, query: query))
    request.scopes = [.push(repository.path)] + (other.map { [.pull($0.path)] } ?? [])
    let response = try await session.exchange(request, at: endpoint)
    if response.status == 201, other != nil { return nil }
    guard response.status == 202 else {
      // Who may not read the other repository still may push to this one.
      if other != nil, [401, 403, 404, 405].contains(response.status) { return try await beginOnce(mountingFrom: nil) }
      throw await session.failure(response, request, at: endpoint)
    }
    let base = try await session.contact(endpoint).base
    return try UploadSession(
      session, endpoint, content, scopes: [.push(repository.path)], at: base.appending(path: path), response)
  }

  /// Sends the content, going on where it broke off for as long as the registry knows the upload.
  private func send(_ first: UploadSession?) async throws(GantryError) {
    var backOff = BackOff(session.timing)
    var upload = first
    while true {
      let before = position
      do throws(RequestFailure) {
        if upload == nil { upload = try await beginOnce(mountingFrom: nil) }
        guard let current = upload else { return }
        try await current.run { [self] in done.store($0, ordering: .relaxed) }
        return
      } catch {
        if position - before >= UploadSession.worthwhile { backOff.reset() }
        try await session.pause(&backOff, at: endpoint, after: error, waiting)
        // It may have arrived after all, and only the answer been lost.
        if try await exists() { return }
        if let current = upload, await !current.findPosition() { upload = nil }
      }
    }
  }
}
