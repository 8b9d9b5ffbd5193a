import AsyncServices
import Core
import Errors
import Glibc
import Linux
import Messages

/// Brings one layer of an image here: downloads it, unpacks it while it comes, and puts its snapshot onto the one below.
struct LayerPull: Sendable {
  typealias Step = GantryEngineV1.TransferProgress
  typealias Report = @Sendable (Step) -> Void

  let context: EngineContext
  let collector: GarbageCollector
  let control: TransferControl
  let connection: any RegistryConnection
  let repository: String
  let plan: ImagePlan
  /// The engine's own directory for what is on its way.
  let staging: String
  /// Layers are downloaded in the image's order: the lowest is the first that can be unpacked onto its parent.
  let turns: Turns

  private var snapshots: LayerSnapshots { LayerSnapshots(context: context) }
  private var store: IngestStore { IngestStore(context: context) }

  /// Returns when layer `index` and all below it are unpacked. Who else asks for the same joins in.
  func run(_ index: Int, report: @escaping Report) async throws {
    defer { turns.pass(index) }
    let (chain, digest) = (plan.chain[index], plan.image.layers[index].digest)
    try await control.layers.join("\(chain) as \(digest)", report: report, onJoin: { turns.pass(index) }) { report in
      defer { turns.pass(index) }
      // Who has begun it before brings another compression of the same layer: then these bytes are still to come, and
      // whether the others did well is no matter.
      var hasJoined: Bool
      repeat {
        hasJoined = false
        do {
          try await control.layers.join(chain, report: report, onJoin: { hasJoined = true }) { report in
            try await bring(index, report: report)
          }
        } catch {
          guard hasJoined, !Task.isCancelled else { throw error }
        }
      } while hasJoined
    }
  }

  /// Returns when the blob of layer `index` is here; nothing of it is unpacked.
  func fetch(_ index: Int, report: @escaping Report) async throws {
    defer { turns.pass(index) }
    let digest = plan.image.layers[index].digest
    if try await store.contains(digest) { return }
    try await control.layers.join("content \(digest)", report: report, onJoin: { turns.pass(index) }) { report in
      try await fetchAlone(index, report: report)
    }
    report(.init(id: HexID.short(digest), status: "Pull complete"))
  }

  private func bring(_ index: Int, report: @escaping Report) async throws {
    let (layer, chain) = (plan.image.layers[index], plan.chain[index])
    let id = HexID.short(layer.digest)
    if try await snapshots.exists(chain) {
      // Another image brought it unpacked; its bytes may come from another compression of the same.
      if try await store.contains(layer.digest) { return }
      try await fetchAlone(index, report: report)
      return report(.init(id: id, status: "Pull complete"))
    }
    let lease = HexID.random()
    let key = "extract-\(HexID.short(lease)) \(chain)"
    try await collector.hold([
      .init(lease: lease, kind: .snapshot, key: key), .init(lease: lease, kind: .snapshot, key: chain),
    ])
    do {
      let heldPart = try await store.holdsPart(of: layer.digest)
      do {
        try await unpack(index, key: key, report: report)
      } catch let error as GantryError where error.code == .failedPrecondition && heldPart {
        // The wrong bytes may be those of an earlier pull; they are gone now, and were unpacked already.
        await snapshots.remove(key)
        try await unpack(index, key: key, report: report)
      }
    } catch {
      await snapshots.remove(key)
      await collector.end(lease)
      throw error
    }
    await collector.end(lease)
    report(.init(id: id, status: "Pull complete"))
  }

  /// A snapshot in the making.
  private struct Place: Sendable {
    var mounts: [ContainerdTypes.Mount]
    /// What Commit is to put it on; "" where it stands there already.
    var parent: String
    var isApart: Bool { !parent.isEmpty }
  }

  /// Where a layer can be unpacked at once: on its parent where that is here, apart where the snapshotter can put it there
  /// later; nil where it has to wait for the parent.
  private func place(_ index: Int, key: String) async throws -> Place? {
    let chain = plan.chain[index]
    let parent = index == 0 ? "" : plan.chain[index - 1]
    if index == 0 {
      return Place(mounts: try await snapshots.prepare(key, parent: "", chain: chain), parent: "")
    }
    if try await snapshots.exists(parent) {
      return Place(mounts: try await snapshots.prepare(key, parent: parent, chain: chain), parent: "")
    }
    guard await context.backends.snapshotterCanRebase() else { return nil }
    return Place(mounts: try await snapshots.prepare(key, parent: "", chain: chain), parent: parent)
  }

  private func unpack(_ index: Int, key: String, report: @escaping Report) async throws {
    let layer = plan.image.layers[index]
    let application = LayerApplication(context: context, layer: layer, diffID: plan.image.diffIds[index])
    let id = HexID.short(layer.digest)
    let extracting: @Sendable (Int64) -> Void = {
      report(.init(id: id, status: "Extracting", current: $0, total: layer.size))
    }
    var place: Place?
    var result: GantryWorkerV1.ApplyLayerResult?
    var blob: FileDescriptor?
    if try await store.contains(layer.digest) {
      turns.pass(index)
      blob = try await store.read(layer.digest)
    } else {
      try await turns.wait(index)
      (place, result, blob) = try await control.downloads.withSlot {
        report(.init(id: id, status: "Waiting"))
      } onPlace: {
        turns.pass(index)
      } _: {
        guard let opened = try await store.open(layer, directory: staging) else {
          return (nil, nil, try await store.read(layer.digest))
        }
        let download = BlobDownload(connection: connection, repository: repository, blob: layer)
        guard let place = try await self.place(index, key: key) else {
          try await download.run(into: opened.file, report: report)
          return (nil, nil, try FileDescriptor.open("/proc/self/fd/\(opened.file.number)", O_RDONLY))
        }
        let result = try await download.run(into: opened.file, report: report) { pipe, isComplete in
          try await application.run(from: pipe, onto: place.mounts, apart: place.isApart) {
            if isComplete() { extracting($0) }
          }
        }
        return (place, result, try FileDescriptor.open("/proc/self/fd/\(opened.file.number)", O_RDONLY))
      }
    }
    if result == nil || result?.needsParent == true {
      (place, result) = try await unpackFromFile(
        index, key: key, blob: blob, wasPlaced: place != nil, application, progress: extracting)
    }
    blob = nil
    guard let place, let result else {
      throw GantryError(.internal, "layer \(layer.digest) was unpacked nowhere")
    }
    try await snapshots.markOpaque(result.opaqueDirectories, in: place.mounts)
    if place.isApart { try await run(index - 1) { _ in } }
    try await snapshots.commit(key, as: plan.chain[index], parent: place.parent, size: result.size)
  }

  /// Unpacks what is on the disk already: apart where that is possible and has not failed, else on the parent.
  private func unpackFromFile(
    _ index: Int, key: String, blob: FileDescriptor?, wasPlaced: Bool, _ application: LayerApplication,
    progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> (Place, GantryWorkerV1.ApplyLayerResult) {
    guard let blob else { throw GantryError(.internal, "layer \(application.layer.digest) is nowhere") }
    if wasPlaced { await snapshots.remove(key) }
    var place = wasPlaced ? nil : try await self.place(index, key: key)
    for _ in 0..<2 {
      let current: Place
      if let place {
        current = place
      } else {
        try await run(index - 1) { _ in }
        current = Place(
          mounts: try await snapshots.prepare(key, parent: plan.chain[index - 1], chain: plan.chain[index]), parent: "")
      }
      let result = try await control.unpacking.withSlot {
        try await application.run(from: blob, onto: current.mounts, apart: current.isApart, progress: progress)
      }
      guard result.needsParent else { return (current, result) }
      await snapshots.remove(key)
      place = nil
    }
    throw GantryError(.internal, "layer \(application.layer.digest) needs a parent that it has")
  }

  /// Downloads a blob whose snapshot is here already.
  private func fetchAlone(_ index: Int, report: @escaping Report) async throws {
    let layer = plan.image.layers[index]
    try await turns.wait(index)
    try await control.downloads.withSlot(onPlace: { turns.pass(index) }) {
      guard let opened = try await store.open(layer, directory: staging) else { return }
      _ = try await BlobDownload(connection: connection, repository: repository, blob: layer)
        .run(into: opened.file, report: report)
    }
  }
}
