import AsyncServices
import Core
import Database
import Digests
import Dockerfile
import Errors
import Glibc
import Linux
import Messages

/// Takes an archive in: a worker reads it, the content plugin stores its blobs, layers become snapshots, and
/// one transaction makes the images known.
///
/// Everything on the way is held by a lease in the database. Where the import fails, or the process dies,
/// what the lease holds and nothing else refers to is removed: at once, or by the next start.
package struct ImageImporter: Sendable {
  package typealias Progress = @Sendable (GantryEngineV1.ImportProgress) async throws -> Void

  let context: EngineContext
  let collector: GarbageCollector

  package init(_ context: EngineContext, collector: GarbageCollector) {
    self.context = context
    self.collector = collector
  }

  /// - Parameter archive: any readable file or pipe.
  /// - Throws: `.invalidArgument` naming what is wrong with the archive.
  package func importArchive(
    _ request: GantryEngineV1.ImportImageRequest, archive: FileDescriptor, progress: @escaping Progress
  ) async throws -> GantryEngineV1.ImportResult {
    let name = try request.name.isEmpty ? nil : NormalName.toGive(request.name)
    let settings = try ConfigChanges(request.changes).checked(appliedTo: .init())
    defer { HeapMemory.giveBack() }
    do {
      return try await LeasedStaging.with(context, collector, "import") { staged in
        try await run(request, name: name, settings: settings, archive: archive, staged, progress: progress)
      }
    } catch {
      throw context.paths.namingTheDisk(error, "\(request.source) cannot be imported")
    }
  }

  private func run(
    _ request: GantryEngineV1.ImportImageRequest, name: String?, settings: GantryWorkerV1.ImageConfig,
    archive: FileDescriptor, _ staged: LeasedStaging, progress: @escaping Progress
  ) async throws -> GantryEngineV1.ImportResult {
    let (lease, staging) = (staged.lease, staged.directory)
    try await context.failpoints.pass("import.staged")
    let archiveResult = try await read(request, archive: archive, staging: staging, progress: progress)
    if archiveResult.isRootFileSystem, let image = archiveResult.images.first {
      return try await record(image, request, name: name, settings: settings, staged, progress: progress)
    }
    guard request.changes.isEmpty, request.message.isEmpty else {
      throw GantryError(
        .invalidArgument, "\(request.source) holds images: changes and a message are for a root file system")
    }
    if name != nil, archiveResult.images.count != 1 {
      throw GantryError(
        .invalidArgument,
        """
        \(request.source) holds \(archiveResult.images.count) images: a name can be given only where there is one; \
        leave it out to keep theirs
        """)
    }
    let plans = try archiveResult.images.map { try ImagePlan($0) }
    try await collector.hold(
      archiveResult.blobs.map { .init(lease: lease, kind: .blob, key: $0.digest) }
        + plans.flatMap { plan in plan.chain.map { .init(lease: lease, kind: .snapshot, key: $0) } })
    try await context.failpoints.pass("import.read")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let ingester = BlobIngester(context.backends)
        for blob in archiveResult.blobs {
          try await ingester.ingest(blob, staging: staging)
          try await progress(.init(id: blob.digest, status: "Stored", current: blob.size, total: blob.size))
        }
      }
      group.addTask {
        var unpacker = LayerUnpacker(context, collector: collector, lease: lease, staging: staging, progress: progress)
        // Where nobody has said that it is images of an engine's, it may be anybody's.
        unpacker.refusesAbsoluteNames = request.kind == .any
        for plan in plans { try await unpacker.unpack(plan) }
      }
      try await group.waitForAll()
    }
    try await context.failpoints.pass("import.unpacked")
    return try await record(plans, name: name)
  }

  private func read(
    _ request: GantryEngineV1.ImportImageRequest, archive: FileDescriptor, staging: FileDescriptor,
    progress: @escaping Progress
  ) async throws -> GantryWorkerV1.ReadArchiveResult {
    try await context.workers.run("reading \(request.source)") { worker in
      let events = try await worker.readArchive(
        .init(name: request.source, platform: request.platform, kind: Self.kind(request.kind)),
        options: .init(descriptors: [archive, staging]))
      for try await event in events {
        switch event.event {
        case .progress(let step):
          try await progress(.init(id: step.subject, status: "Reading", current: step.current, total: step.total))
        case .result(let result): return result
        case nil: continue
        }
      }
      throw GantryError(.unavailable, "the worker that read \(request.source) ended without a result; import it again")
    }
  }

  private static func kind(_ kind: GantryEngineV1.ImportKind) -> GantryWorkerV1.ArchiveKind {
    switch kind {
    case .images: .imageArchive
    case .rootFileSystem: .rootFileSystemArchive
    default: .either
    }
  }

  /// Makes an image of a root file system: its one layer, with the settings that were asked for.
  private func record(
    _ read: GantryWorkerV1.Image, _ request: GantryEngineV1.ImportImageRequest, name: String?,
    settings: GantryWorkerV1.ImageConfig, _ staged: LeasedStaging, progress: @escaping Progress
  ) async throws -> GantryEngineV1.ImportResult {
    guard let blob = read.layers.first, let diffID = read.diffIds.first else {
      throw GantryError(.internal, "\(request.source) was read without a layer")
    }
    let now = Moment.now.rfc3339
    let source = request.address.isEmpty ? "-" : request.address
    let comment = request.message.isEmpty ? "Imported from \(source)" : request.message
    let document = GantryWorkerV1.ComposeImageRequest(
      history: .init(created: now, comment: comment), settings: settings, architecture: read.architecture,
      os: read.os, variant: read.variant, comment: comment, created: now)
    let maker = ImageMaker(context, collector: collector, lease: staged.lease, staging: staged.directory)
    let (image, replaced) = try await maker.make(
      on: nil, layer: .init(blob: blob, diffID: diffID), document, name: name, progress: progress)
    if let name { ImageStore(context).publish("tag", image, name: name) }
    ImageStore(context).publish("import", image, name: image.id)
    let former = replaced.flatMap { id in name.map { [$0: id] } } ?? [:]
    return .init(
      images: [.init(id: image.id, names: name.map { [$0] } ?? [], replaced: former)], isRootFileSystem: true)
  }

  private func record(_ plans: [ImagePlan], name: String?) async throws -> GantryEngineV1.ImportResult {
    let now = Moment.now
    let imported = try await context.database.transaction { transaction in
      let table = ImageTable(transaction)
      var imported: [(image: ImageRecord, names: [String], replaced: [String: String])] = []
      for plan in plans {
        var size: Int64 = 0
        for chain in plan.chain { size += try table.layerSize(chain: chain) ?? 0 }
        let image = ImageRecord(
          id: plan.id, created: Moment(rfc3339: plan.image.created), imported: now, size: size,
          description: plan.image, chain: plan.chain, names: [], lastTagged: now)
        try table.insert(image)
        let names = name.map { [$0] } ?? plan.names
        var replaced: [String: String] = [:]
        for name in names {
          if let before = try table.named(name), before.id != image.id { replaced[name] = before.id }
          try table.setName(name, image: image.id, at: now)
        }
        imported.append((image, names, replaced))
      }
      for plan in plans where !plan.image.parent.isEmpty { try table.setParent(of: plan.id, to: plan.image.parent) }
      return imported
    }
    let store = ImageStore(context)
    for one in imported { store.publish("load", one.image, name: one.image.id) }
    return .init(images: imported.map { .init(id: $0.image.id, names: $0.names, replaced: $0.replaced) })
  }
}
