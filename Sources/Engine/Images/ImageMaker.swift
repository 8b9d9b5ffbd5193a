import AsyncServices
import Database
import Errors
import Glibc
import Linux
import Messages

/// Makes an image known whose documents are composed here: of a layer alone, or of an image and one layer more.
///
/// The caller holds a lease for everything, and has the layer in the staging directory.
struct ImageMaker: Sendable {
  /// A layer that lies in the staging directory.
  struct Layer: Sendable {
    var blob: GantryWorkerV1.Blob
    var diffID: String
  }

  let context: EngineContext
  let collector: GarbageCollector
  let lease: String
  let staging: FileDescriptor

  init(_ context: EngineContext, collector: GarbageCollector, lease: String, staging: FileDescriptor) {
    self.context = context
    self.collector = collector
    self.lease = lease
    self.staging = staging
  }

  /// - Parameters:
  ///   - base: the image below.
  ///   - layer: nil adds none.
  ///   - document: all but what follows from the others.
  ///   - name: familiar; nil leaves it without one.
  /// - Returns: the image, and the image that had the name.
  func make(
    on base: ImageRecord?, layer: Layer?, _ document: GantryWorkerV1.ComposeImageRequest, name: String?,
    progress: @escaping ImageImporter.Progress = { _ in }
  ) async throws -> (image: ImageRecord, replaced: String?) {
    var request = document
    request.layers = base?.description.layers ?? []
    request.layer = layer?.blob
    request.diffId = layer?.diffID ?? ""
    let composed = try await compose(request, base: base)
    guard let image = composed.image else {
      throw GantryError(.internal, "the worker composed an image without telling of it")
    }
    let plan = try ImagePlan(image)
    let blobs = composed.blobs + [layer?.blob].compactMap(\.self)
    try await collector.hold(
      blobs.map { .init(lease: lease, kind: .blob, key: $0.digest) }
        + plan.chain.map { .init(lease: lease, kind: .snapshot, key: $0) })
    let ingester = BlobIngester(context.backends)
    for blob in blobs { try await ingester.ingest(blob, staging: staging) }
    var unpacker = LayerUnpacker(context, collector: collector, lease: lease, staging: staging, progress: progress)
    // The one new layer is the engine's own, or a stranger's tar of a root file system.
    unpacker.refusesAbsoluteNames = true
    try await unpacker.unpack(plan)
    return try await record(plan, parent: base?.id ?? "", name: name)
  }

  private func compose(
    _ request: GantryWorkerV1.ComposeImageRequest, base: ImageRecord?
  ) async throws -> GantryWorkerV1.ComposeImageResponse {
    var descriptors = [staging]
    if let base { descriptors.append(try await BlobReader(context).open(base.id)) }
    let attached = descriptors
    return try await context.workers.documents("composing an image") { worker in
      try await worker.compose(request, options: .init(descriptors: attached))
    }
  }

  private func record(
    _ plan: ImagePlan, parent: String, name: String?
  ) async throws -> (image: ImageRecord, replaced: String?) {
    let now = Moment.now
    return try await context.database.transaction { transaction in
      let table = ImageTable(transaction)
      var size: Int64 = 0
      for chain in plan.chain { size += try table.layerSize(chain: chain) ?? 0 }
      let image = ImageRecord(
        id: plan.id, created: Moment(rfc3339: plan.image.created), imported: now, size: size,
        description: plan.image, chain: plan.chain, names: [], lastTagged: now, parent: parent)
      try table.insert(image)
      guard let name else { return (image, nil) }
      let before = try table.named(name)?.id
      try table.setName(name, image: image.id, at: now)
      return (image, before == image.id ? nil : before)
    }
  }
}
