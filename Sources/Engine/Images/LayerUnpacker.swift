import AsyncServices
import Errors
import Glibc
import Linux
import Messages

/// Makes committed snapshots of an image's layers, each on the one before it.
struct LayerUnpacker: Sendable {
  let context: EngineContext
  let collector: GarbageCollector
  let lease: String
  /// Opens a layer's blob by its digest.
  let open: @Sendable (String) async throws -> FileDescriptor
  let progress: ImageImporter.Progress
  /// Whether an absolute name is refused in place of beginning at the image's root.
  var refusesAbsoluteNames = false

  private var snapshots: LayerSnapshots { LayerSnapshots(context: context) }

  init(
    _ context: EngineContext, collector: GarbageCollector, lease: String, staging: FileDescriptor,
    progress: @escaping ImageImporter.Progress
  ) {
    self.init(
      context, collector: collector, lease: lease,
      open: { digest in try staging.open(String(digest.dropFirst(7)), O_RDONLY | O_NOFOLLOW) }, progress: progress)
  }

  init(
    _ context: EngineContext, collector: GarbageCollector, lease: String,
    open: @escaping @Sendable (String) async throws -> FileDescriptor, progress: @escaping ImageImporter.Progress
  ) {
    self.context = context
    self.collector = collector
    self.lease = lease
    self.open = open
    self.progress = progress
  }

  func unpack(_ plan: ImagePlan) async throws {
    var parent = ""
    for (index, chain) in plan.chain.enumerated() {
      if try await !snapshots.exists(chain) {
        try await unpack(plan.image.layers[index], diffID: plan.image.diffIds[index], chain: chain, parent: parent)
      }
      parent = chain
    }
  }

  private func unpack(_ layer: GantryWorkerV1.Blob, diffID: String, chain: String, parent: String) async throws {
    let key = "extract-\(HexID.short(lease)) \(chain)"
    try await collector.hold([.init(lease: lease, kind: .snapshot, key: key)])
    let mounts = try await snapshots.prepare(key, parent: parent, chain: chain)
    try await context.failpoints.pass("import.prepared")
    do {
      let size = try await apply(layer, diffID: diffID, mounts: mounts)
      try await context.failpoints.pass("import.applied")
      try await snapshots.commit(key, as: chain, parent: "", size: size)
    } catch {
      await snapshots.remove(key)
      throw error
    }
    try await progress(.init(id: layer.digest, status: "Done", current: layer.size, total: layer.size))
  }

  private func apply(
    _ layer: GantryWorkerV1.Blob, diffID: String, mounts: [ContainerdTypes.Mount]
  ) async throws -> Int64 {
    guard HexID.isDigest(layer.digest) else {
      throw GantryError(.invalidArgument, "layer \(layer.digest) has no SHA-256 digest")
    }
    let blob = try await open(layer.digest)
    return try await context.workers.run("unpacking layer \(layer.digest)") { worker in
      let descriptor = ContainerdTypes.Descriptor(mediaType: layer.mediaType, digest: layer.digest, size: layer.size)
      let events = try await worker.applyLayer(
        .init(layer: descriptor, mounts: mounts, diffId: diffID, refuseAbsoluteNames: refusesAbsoluteNames),
        options: .init(descriptors: [blob]))
      for try await event in events {
        switch event.event {
        case .progress(let step):
          try await progress(.init(id: layer.digest, status: "Unpacking", current: step.current, total: step.total))
        case .result(let result): return result.size
        case nil: continue
        }
      }
      throw GantryError(
        .unavailable, "the worker that unpacked \(layer.digest) ended without a result; import the image again")
    }
  }
}
