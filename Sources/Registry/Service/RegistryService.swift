import AsyncServices
import AsyncWire
import Digests
import Errors
import ImageSpec
import Linux
import Messages
import Synchronization

/// Answers `gantry.registry.v1.Registry`: takes requests apart, checks them, and hands them on.
final class RegistryService: GantryRegistryV1.RegistryService {
  private let timing: Timing
  private let loop: TransferLoop
  private let configured = Mutex<RegistrySession?>(nil)

  init(_ timing: Timing, _ loop: TransferLoop) {
    self.timing = timing
    self.loop = loop
  }

  /// - Throws: `.failedPrecondition` before `Configure`.
  var session: RegistrySession {
    get throws(GantryError) {
      guard let session = configured.withLock({ $0 }) else {
        throw GantryError(.failedPrecondition, "the registry client has not been configured: call Configure first")
      }
      return session
    }
  }

  func configure(
    _ request: GantryRegistryV1.ConfigureRequest, context: CallContext
  ) async throws -> GantryRegistryV1.ConfigureResponse {
    let session = try await RegistrySession(RegistrySettings(request), timing, loop)
    configured.withLock { $0 = session }
    return .init()
  }

  func resolve(
    _ request: GantryRegistryV1.ResolveRequest, context: CallContext
  ) async throws -> GantryRegistryV1.ResolveResponse {
    let session = try session
    let repository = try Repository(request.repository, host: session.settings.host)
    let reference = try ManifestReference(request.reference)
    let platform = request.platform.isEmpty ? Platform.current : try Platform(parsing: request.platform)
    let staging = DocumentStaging(try descriptor(0, of: context), session.threads)
    let (resolved, warnings) = try await Endpoint.firstOf(session.endpoints) { (endpoint) throws(GantryError) in
      let fetcher = DocumentFetcher(session: session, endpoint: endpoint, repository: repository)
      return try await ImageResolver(
        fetcher: fetcher, platform: platform, isPlatformAsked: !request.platform.isEmpty
      ).resolve(reference.text)
    }
    for document in resolved.documents { try await staging.add(document) }
    return .init(
      digest: resolved.root.digest.description, mediaType: resolved.root.mediaType.rawValue, image: .init(resolved),
      blobs: staging.blobs, warnings: warnings + resolved.warnings)
  }

  func listTags(
    _ request: GantryRegistryV1.ListTagsRequest, context: CallContext
  ) async throws -> GantryRegistryV1.ListTagsResponse {
    let session = try session
    let repository = try Repository(request.repository, host: session.settings.host)
    let tags: [String]
    do throws(GantryError) {
      (tags, _) = try await Endpoint.firstOf(session.endpoints) { (endpoint) throws(GantryError) in
        try await PagedList(session: session, endpoint: endpoint)
          .names("/v2/\(repository.path)/tags/list", key: "tags", scopes: [.pull(repository.path)])
      }
    } catch {
      throw error.code == .notFound ? error.wrapped("repository \(repository.familiarName) not found") : error
    }
    for tag in tags { _ = try ManifestReference(tag) }
    return .init(tags: tags)
  }

  func fetch(
    _ request: GantryRegistryV1.FetchRequest, responses: OutboundStream<GantryRegistryV1.FetchEvent>,
    context: CallContext
  ) async throws {
    let session = try session
    let repository = try Repository(request.repository, host: session.settings.host)
    let (digest, size) = try Self.checked(request.blob)
    let blob = try BlobFile(descriptor(0, of: context), digest: digest, size: size)
    let pipe = context.descriptors.count > 1 ? context.descriptors[1] : nil
    try await FetchJob(session: session, repository: repository, blob: blob, pipe: pipe).run(responses)
  }

  /// - Throws: `.invalidArgument` where the request came without it.
  func descriptor(_ index: Int, of context: CallContext) throws(GantryError) -> FileDescriptor {
    guard context.descriptors.indices.contains(index) else {
      throw GantryError(.invalidArgument, "\(context.method) needs descriptor \(index + 1) with the request")
    }
    return context.descriptors[index]
  }

  static func checked(_ blob: GantryWorkerV1.Blob?) throws(GantryError) -> (Digest, Int64) {
    guard let blob else { throw GantryError(.invalidArgument, "the request names no blob") }
    guard blob.size >= 0 else {
      throw GantryError(.invalidArgument, "blob \(blob.digest) cannot have \(blob.size) bytes")
    }
    return (try Digest(parsing: blob.digest), blob.size)
  }
}
