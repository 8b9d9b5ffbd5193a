import References
import AsyncServices
import Core
import Database
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import Messages

/// One image on its way to a registry, under one tag.
struct ImagePush: Sendable {
  typealias Report = ImagePuller.Report
  typealias Step = GantryEngineV1.TransferProgress

  let context: EngineContext
  let collector: GarbageCollector
  let control: TransferControl
  let connection: any RegistryConnection
  let reference: Reference
  let image: ImageRecord

  private var store: IngestStore { IngestStore(context: context) }

  func run(tag: String, _ report: @escaping Report) async throws -> GantryEngineV1.TransferredImage {
    let lease = HexID.random()
    // An image that is removed meanwhile keeps its blobs until they are sent.
    try await collector.hold(image.blobs.map { .init(lease: lease, kind: .blob, key: $0) })
    do {
      let answer = try await send(tag: tag, report)
      await collector.end(lease)
      return answer
    } catch {
      await collector.end(lease)
      throw error
    }
  }

  private func send(tag: String, _ report: @escaping Report) async throws -> GantryEngineV1.TransferredImage {
    guard let manifest = image.description.manifest, let config = image.description.config else {
      throw GantryError(.dataLoss, "image \(HexID.short(image.id)) has no manifest; bring it in again")
    }
    let step: @Sendable (Step) -> Void = { report(.init(event: .progress($0))) }
    let layers = try await sendLayers(step)
    try await send(config, mountFrom: []) { _ in }
    let document = try await document(manifest, config, layers)
    let answer = try await connection.registry.putManifest(
      .init(repository: reference.path, reference: tag, mediaType: manifest.mediaType),
      options: .init(timeout: .seconds(300), descriptors: [document]))
    let size = try document.size()
    try await note(layers, digest: answer.digest)
    step(.init(status: "\(tag): digest: \(answer.digest) size: \(size)"))
    var tagged = reference
    tagged.tag = tag
    return .init(
      name: tagged.familiar, fullName: tagged.description, id: image.id, digest: answer.digest, size: size)
  }

  /// Sends all layers side by side.
  ///
  /// - Returns: what was sent, lowest layer first.
  private func sendLayers(_ report: @escaping @Sendable (Step) -> Void) async throws -> [GantryWorkerV1.Blob] {
    let diffIDs = image.description.diffIds
    let layers = image.description.layers
    // Docker tells the topmost first.
    for diffID in diffIDs.reversed() { report(.init(id: HexID.short(diffID), status: "Preparing")) }
    return try await withThrowingTaskGroup(of: (Int, GantryWorkerV1.Blob).self) { group in
      for index in layers.indices.reversed() {
        group.addTask { (index, try await send(layer: layers[index], id: HexID.short(diffIDs[index]), report)) }
      }
      var sent = layers
      for try await (index, blob) in group { sent[index] = blob }
      return sent
    }
  }

  private func send(
    layer: GantryWorkerV1.Blob, id: String, _ report: @escaping @Sendable (Step) -> Void
  ) async throws -> GantryWorkerV1.Blob {
    try await control.uploads.withSlot {
      report(.init(id: id, status: "Waiting"))
    } _: {
      let blob = try await LayerCompression(context: context, collector: collector, control: control).sendable(layer) {
        report(.init(id: id, status: "Compressing", current: $0, total: layer.size))
      }
      // The same layer twice in one image is sent once.
      try await control.blobs.join("push \(reference.name) \(blob.digest)") { step in
        report(.init(id: id, status: step.status, current: step.current, total: step.total))
      } body: { report in
        let origins = try await context.database.transaction { transaction in
          try BlobOriginTable(transaction).repositories(digest: blob.digest, host: reference.domain)
        }
        try await send(blob, mountFrom: origins.filter { $0 != reference.path }, report)
      }
      return blob
    }
  }

  private func send(
    _ blob: GantryWorkerV1.Blob, mountFrom: [String], _ report: @escaping @Sendable (Step) -> Void
  ) async throws {
    let file = try await store.read(blob.digest)
    let events = try await connection.registry.push(
      .init(repository: reference.path, blob: blob, mountFrom: mountFrom), options: .init(descriptors: [file]))
    let outcome = Promise<GantryRegistryV1.PushResult>()
    try await connection.follow(events, "layer \(blob.digest)") { event in
      switch event.event {
      case .progress(let step) where step.retryIn > 0:
        report(.init(status: "Retrying in \(step.retryIn) second\(step.retryIn == 1 ? "" : "s")"))
      case .progress(let step): report(.init(status: "Pushing", current: step.current, total: step.total))
      case .result(let result): outcome.fulfil(result)
      case nil: break
      }
    }
    guard let result = outcome.value else {
      throw GantryError(.unavailable, "the upload of \(blob.digest) ended without a result; push again")
    }
    switch result.outcome {
    case .existed: report(.init(status: "Layer already exists"))
    case .mounted: report(.init(status: "Mounted from \(result.mountedFrom)"))
    default: report(.init(status: "Pushed"))
    }
  }

  /// The manifest as it is, or, where layers were compressed, one that names what was sent.
  private func document(
    _ manifest: GantryWorkerV1.Blob, _ config: GantryWorkerV1.Blob, _ layers: [GantryWorkerV1.Blob]
  ) async throws -> FileDescriptor {
    guard layers.map(\.digest) != image.description.layers.map(\.digest) else {
      return try await store.read(manifest.digest)
    }
    let text = PushedManifest.text(mediaType: manifest.mediaType, config: config, layers: layers)
    return try await context.threads.run {
      let file = try FileDescriptor.open(
        context.paths.staging, O_RDWR | Int32(__O_TMPFILE) | O_DIRECTORY, mode: 0o600)
      try file.writeAll(text)
      return file
    }
  }

  /// Notes where the blobs are now, and what the registry calls the image.
  private func note(_ layers: [GantryWorkerV1.Blob], digest: String) async throws {
    var named = reference
    named.tag = nil
    named.digest = try Digest(parsing: digest)
    let name = named.familiar
    try await context.database.transaction { transaction in
      let origins = BlobOriginTable(transaction)
      for layer in layers {
        try origins.add(digest: layer.digest, host: reference.domain, repository: reference.path)
      }
      let table = ImageTable(transaction)
      // It may have been removed meanwhile.
      guard try table.find(id: image.id) != nil, try table.named(name)?.id != image.id else { return }
      try table.setName(name, image: image.id, at: .now)
    }
    ImageStore(context).publish("push", image, name: reference.familiarName, reference: reference.familiar)
  }
}
