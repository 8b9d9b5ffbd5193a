import AsyncServices
import AsyncWire
import Digests
import Errors
import Glibc
import Linux
import Messages
import PluginKit
import Threads

/// Answers containerd's content service and `gantry.content.v1` from a directory. The disk is touched on threads of its own.
public struct LocalContentService: ContainerdServicesContentV1.ContentService, GantryContentV1.BlobsService {
  // The ingests are a service of their own: its Open is not that of the blobs.
  let store: BlobStore
  let threads = BlockingThreads(name: "content", limit: 8)

  private static let pieceSize = 1 << 20

  /// Opens the store in an existing directory and clears away what a crash left. Blocks.
  ///
  /// - Throws: `GantryError` from the file system.
  public init(path: String) throws(GantryError) { store = try BlobStore(path: path) }

  /// What a server needs to serve both services.
  public var allRoutes: [ServiceRoutes] {
    [
      (self as any ContainerdServicesContentV1.ContentService).routes,
      (self as any GantryContentV1.BlobsService).routes,
      IngestService(store, threads).routes,
    ]
  }

  public func info(_ request: ContainerdServicesContentV1.InfoRequest, context: CallContext) async throws
    -> ContainerdServicesContentV1.InfoResponse
  {
    let digest = try Digest(parsing: request.digest)
    return .init(info: try await threads.run { try store.info(digest) }.message)
  }

  public func update(_ request: ContainerdServicesContentV1.UpdateRequest, context: CallContext) async throws
    -> ContainerdServicesContentV1.UpdateResponse
  {
    let info = request.info ?? .init()
    let digest = try Digest(parsing: info.digest)
    let names = try LabelMask.names(request.updateMask?.paths ?? [])
    return .init(
      info: try await threads.run { try store.update(digest, labels: info.labels, only: names) }.message)
  }

  public func list(
    _ request: ContainerdServicesContentV1.ListContentRequest,
    responses: OutboundStream<ContainerdServicesContentV1.ListContentResponse>, context: CallContext
  ) async throws {
    let filters = try [Filter](parsing: request.filters)
    let digests = try await threads.run { try store.list() }
    for start in stride(from: 0, to: digests.count, by: 100) {
      let slice = digests[start..<min(start + 100, digests.count)]
      // What was deleted since the listing is left out.
      let infos = try await threads.run { slice.compactMap { try? store.info($0) } }
      let batch = infos.filter { filters.matchesAny($0.field) }
      if !batch.isEmpty { try await responses.send(.init(info: batch.map(\.message))) }
    }
  }

  public func delete(_ request: ContainerdServicesContentV1.DeleteContentRequest, context: CallContext) async throws
    -> GoogleProtobuf.Empty
  {
    let digest = try Digest(parsing: request.digest)
    try await threads.run { try store.delete(digest) }
    return .init()
  }

  public func read(
    _ request: ContainerdServicesContentV1.ReadContentRequest,
    responses: OutboundStream<ContainerdServicesContentV1.ReadContentResponse>, context: CallContext
  ) async throws {
    let digest = try Digest(parsing: request.digest)
    let (file, status) = try await threads.run { try store.open(digest) }
    let size = Int64(status.st_size)
    guard request.offset >= 0, request.size >= 0, request.offset <= size else {
      throw GantryError(.outOfRange, "blob \(digest) has \(size) bytes: nothing can be read at \(request.offset)")
    }
    let end = request.size == 0 ? size : min(size, request.offset + min(request.size, size))
    var position = request.offset
    while position < end {
      let (start, count) = (position, Int(min(Int64(Self.pieceSize), end - position)))
      let bytes = try await threads.run {
        var bytes = [UInt8](repeating: 0, count: count)
        let taken = try retryingOnInterrupt("pread") { pread(file.number, &bytes, count, Int(start)) }
        return Array(bytes[..<taken])
      }
      guard !bytes.isEmpty else { throw GantryError(.dataLoss, "blob \(digest) ends before its \(size) bytes") }
      try await responses.send(.init(offset: position, data: bytes))
      position += Int64(bytes.count)
    }
  }

  public func status(_ request: ContainerdServicesContentV1.StatusRequest, context: CallContext) async throws
    -> ContainerdServicesContentV1.StatusResponse
  {
    .init(status: try await threads.run { try store.ingests.status(request.ref) })
  }

  public func listStatuses(_ request: ContainerdServicesContentV1.ListStatusesRequest, context: CallContext)
    async throws
    -> ContainerdServicesContentV1.ListStatusesResponse
  {
    let filters = try [Filter](parsing: request.filters)
    let statuses = try await threads.run { try store.ingests.statuses() }
    return .init(statuses: statuses.filter { status in filters.matchesAny { $0 == ["ref"] ? status.ref : nil } })
  }

  public func abort(_ request: ContainerdServicesContentV1.AbortRequest, context: CallContext) async throws
    -> GoogleProtobuf.Empty
  {
    try await threads.run { try store.ingests.abort(request.ref) }
    return .init()
  }

  public func open(_ request: GantryContentV1.OpenRequest, context: CallContext) async throws
    -> GantryContentV1.OpenResponse
  {
    let digest = try Digest(parsing: request.digest)
    let (file, status) = try await threads.run { try store.open(digest) }
    context.attach(file)
    return .init(size: Int64(status.st_size))
  }

  public func ingest(_ request: GantryContentV1.IngestRequest, context: CallContext) async throws
    -> GantryContentV1.IngestResponse
  {
    guard let file = context.descriptors.first else {
      throw GantryError(.invalidArgument, "the blob's descriptor did not come with the request")
    }
    let digest = request.digest.isEmpty ? nil : try Digest(parsing: request.digest)
    let result = try await threads.run {
      try store.ingest(file, expected: digest, size: request.size, labels: request.labels)
    }
    return .init(digest: result.digest.description, size: result.size)
  }
}
