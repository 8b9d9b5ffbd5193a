import AsyncServices
import Core
import Database
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import Messages
import References

/// Brings images here from a registry.
///
/// Everything on the way is held by a lease; where the pull fails, is cancelled, or the process dies, what it holds and nothing
/// else refers to is removed. What has been downloaded stays as ingests of the content store, and the next pull goes on
/// from there, unless it failed for a reason that another try does not change: then nothing of it is kept.
package struct ImagePuller: Sendable {
  package typealias Report = @Sendable (GantryEngineV1.TransferEvent) -> Void

  let context: EngineContext
  let collector: GarbageCollector
  let control: TransferControl

  package init(_ context: EngineContext, collector: GarbageCollector, control: TransferControl) {
    self.context = context
    self.collector = collector
    self.control = control
  }

  /// - Throws: `.notFound` in the registry's words, `.unauthenticated`, `.permissionDenied`, `.unavailable`,
  ///   `.failedPrecondition` where what came is not what was promised.
  package func pull(
    _ request: GantryEngineV1.PullRequest, report: @escaping Report
  ) async throws -> GantryEngineV1.TransferResult {
    let reference = try Reference(parsing: request.name)
    // What builds begin with that begin with nothing.
    guard reference.familiarName != "scratch" else {
      throw GantryError(.invalidArgument, "'scratch' is a reserved name")
    }
    if request.allTags, reference.tag != nil || reference.digest != nil {
      throw GantryError(.invalidArgument, "tag can't be used with --all-tags/-a")
    }
    // What a pull takes comes to what is there already.
    HeapMemory.giveBack()
    defer { HeapMemory.giveBack() }
    let connection = try await context.registries.open(
      control.request(host: reference.domain, credentials: request.credentials))
    do {
      guard request.allTags else {
        let image = try await pull(reference.tagged, request, connection, report)
        Self.say(Self.verdict(image.changed, Self.asked(reference).familiar), report)
        return .init(images: [image])
      }
      var images: [GantryEngineV1.TransferredImage] = []
      let tags = try await connection.registry.listTags(
        .init(repository: reference.path), options: .init(timeout: .seconds(300))
      ).tags
      guard !tags.isEmpty else { throw GantryError(.notFound, "repository \(reference.familiarName) has no tags") }
      for tag in tags {
        var tagged = reference
        tagged.tag = tag
        images.append(try await pull(tagged, request, connection, report))
      }
      Self.say(Self.verdict(images.contains(where: \.changed), reference.familiarName), report)
      return .init(images: images)
    } catch {
      throw context.paths.namingTheDisk(await connection.explained(error), "\(reference.familiar) cannot be pulled")
    }
  }

  private static func verdict(_ changed: Bool, _ name: String) -> String {
    changed ? "Status: Downloaded newer image for \(name)" : "Status: Image is up to date for \(name)"
  }

  /// What is brought here, in one way of naming it: beside a digest a tag says nothing.
  private static func asked(_ reference: Reference) -> Reference {
    guard reference.digest != nil else { return reference.tagged }
    var asked = reference
    asked.tag = nil
    return asked
  }

  private static func say(_ text: String, id: String = "", _ report: Report) {
    report(.init(event: .progress(.init(id: id, status: text))))
  }

  private func pull(
    _ reference: Reference, _ request: GantryEngineV1.PullRequest, _ connection: any RegistryConnection,
    _ report: @escaping Report
  ) async throws -> GantryEngineV1.TransferredImage {
    let wanted = reference.digest?.description ?? reference.tag ?? "latest"
    let lease = HexID.random()
    let directory = "\(context.paths.staging)/pull-\(HexID.short(lease))"
    try await collector.hold([.init(lease: lease, kind: .directory, key: directory)])
    var layers: [String] = []
    do {
      let staging = try await context.threads.run {
        try Directory.create(directory, mode: 0o700)
        return try FileDescriptor.open(directory, O_RDONLY | O_DIRECTORY)
      }
      let resolved = try await connection.registry.resolve(
        .init(repository: reference.path, reference: wanted, platform: request.platform),
        options: .init(timeout: .seconds(600), descriptors: [staging]))
      layers = resolved.image?.layers.map(\.digest) ?? []
      for warning in resolved.warnings { report(.init(event: .warning(warning))) }
      let id = reference.digest == nil ? wanted : Self.asked(reference).description
      Self.say("Pulling from \(reference.path)", id: id, report)
      let image = try await take(
        resolved, reference, connection, lease: lease, directory: directory, staging: staging,
        contentOnly: request.contentOnly, report)
      await collector.end(lease)
      return image
    } catch {
      // Their space comes first: on a full disk the lease's end could not be written down else.
      var worthless = layers
      if !Self.isFinal(error) { worthless = await layersWithoutBytes(of: layers) }
      await collector.abandon(worthless, of: lease)
      await collector.end(lease)
      throw error
    }
  }

  /// Those of which nothing has come.
  private func layersWithoutBytes(of layers: [String]) async -> [String] {
    let store = IngestStore(context: context)
    var empty: [String] = []
    for layer in layers where (try? await store.holdsPart(of: layer)) == false { empty.append(layer) }
    return empty
  }

  /// Whether the same pull would fail again, so that going on from what has come makes no sense; a full disk is to be
  /// as free as before.
  private static func isFinal(_ error: any Error) -> Bool {
    switch (error as? GantryError)?.code {
    case .invalidArgument, .failedPrecondition, .resourceExhausted, .unimplemented: true
    default: false
    }
  }

  private func take(
    _ resolved: GantryRegistryV1.ResolveResponse, _ reference: Reference, _ connection: any RegistryConnection,
    lease: String, directory: String, staging: FileDescriptor, contentOnly: Bool, _ report: @escaping Report
  ) async throws -> GantryEngineV1.TransferredImage {
    guard var description = resolved.image, let manifest = description.manifest, let config = description.config,
      HexID.isDigest(resolved.digest), HexID.isDigest(manifest.digest)
    else {
      throw GantryError(.internal, "\(reference.familiar) was found without a description of its image")
    }
    description.names = []
    let plan = try ImagePlan(description)
    try await collector.hold(
      ([manifest, config] + description.layers).map { .init(lease: lease, kind: .blob, key: $0.digest) }
        + plan.chain.map { .init(lease: lease, kind: .snapshot, key: $0) })
    try await context.failpoints.pass("pull.resolved")
    let missing = try await bring(
      plan, reference, connection, directory: directory, contentOnly: contentOnly, report)
    try await context.failpoints.pass("pull.unpacked")
    let ingester = BlobIngester(context.backends)
    for blob in [manifest, config] { try await ingester.ingest(blob, staging: staging) }
    let store = IngestStore(context: context)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for blob in missing { group.addTask { try await store.finish(blob, directory: directory) } }
      try await group.waitForAll()
    }
    try await context.failpoints.pass("pull.stored")
    let digest = resolved.digest
    let isNew = try await record(plan, reference, digest: digest)
    Self.say("Digest: \(digest)", report)
    return .init(
      name: reference.familiar, fullName: reference.description, id: plan.id, digest: digest, size: manifest.size,
      changed: isNew)
  }

  /// Brings every layer here.
  ///
  /// - Parameter contentOnly: the layers are not unpacked.
  /// - Returns: those whose blobs are not in the store yet, but whole in their ingests.
  private func bring(
    _ plan: ImagePlan, _ reference: Reference, _ connection: any RegistryConnection, directory: String,
    contentOnly: Bool, _ report: @escaping Report
  ) async throws -> [GantryWorkerV1.Blob] {
    let step: LayerPull.Report = { report(.init(event: .progress($0))) }
    let pull = LayerPull(
      context: context, collector: collector, control: control, connection: connection, repository: reference.path,
      plan: plan, staging: directory, turns: Turns(plan.chain.count))
    let store = IngestStore(context: context)
    var missing: [String: GantryWorkerV1.Blob] = [:]
    for layer in plan.image.layers where missing[layer.digest] == nil {
      if try await !store.contains(layer.digest) { missing[layer.digest] = layer }
    }
    let snapshots = LayerSnapshots(context: context)
    // An image that is here whole is not told of layer by layer.
    if missing.isEmpty, try await context.database.transaction({ try ImageTable($0).find(id: plan.id) != nil }) {
      if contentOnly { return [] }
      if let top = plan.chain.last, try await snapshots.exists(top) { return [] }
    }
    // Told in the image's order, whichever comes first.
    for (layer, chain) in zip(plan.image.layers, plan.chain) {
      var isHere = missing[layer.digest] == nil
      if isHere, !contentOnly { isHere = try await snapshots.exists(chain) }
      step(.init(id: HexID.short(layer.digest), status: isHere ? "Already exists" : "Pulling fs layer"))
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in plan.chain.indices {
        group.addTask {
          try await contentOnly ? pull.fetch(index, report: step) : pull.run(index, report: step)
        }
      }
      try await group.waitForAll()
    }
    return Array(missing.values)
  }

  /// - Returns: whether the name meant another image before, or none.
  private func record(_ plan: ImagePlan, _ reference: Reference, digest: String) async throws -> Bool {
    let now = Moment.now
    var named = reference
    named.tag = nil
    named.digest = try Digest(parsing: digest)
    let names = (reference.digest == nil ? [reference.familiar] : []) + [named.familiar]
    let (image, isNew, replaced) = try await context.database.transaction { transaction in
      let table = ImageTable(transaction)
      let before = try table.named(names[0])?.id
      let image = ImageRecord(
        id: plan.id, created: Moment(rfc3339: plan.image.created), imported: now,
        size: try table.size(ofLayers: plan.chain),
        description: plan.image, chain: plan.chain, names: [], lastTagged: now)
      try table.insert(image)
      // What was pulled last is what a push sends.
      let known = try table.find(id: plan.id)?.blobs ?? []
      try table.setDescription(image)
      for name in names where try table.named(name)?.id != plan.id {
        try table.setName(name, image: plan.id, at: now)
      }
      let origins = BlobOriginTable(transaction)
      for layer in plan.image.layers {
        try origins.add(digest: layer.digest, host: reference.domain, repository: reference.path)
      }
      return (image, before != plan.id, known.filter { !image.blobs.contains($0) })
    }
    await collector.collectUnreferenced(blobs: replaced, snapshots: [])
    ImageStore(context).publish("pull", image, name: reference.familiarName, reference: names[0])
    return isNew
  }
}
