import Database
import Errors
import Messages

/// Removes blobs and snapshots that no image, no container and no lease refers to.
///
/// One failed removal is logged and never stops the rest: the next collection tries again.
package struct GarbageCollector: Sendable {
  /// Blobs or snapshots with this label are kept whatever refers to them; containerd's name for it.
  private static let rootLabel = "containerd.io/gc.root"

  private static let ingestLifeInSeconds: Int64 = 24 * 3600

  let context: EngineContext
  private var gate: Gate { context.collection }
  var unended: UnendedLeases { context.unendedLeases }

  package init(_ context: EngineContext) { self.context = context }

  /// Notes that `lease` holds these from now on.
  package func hold(_ items: [LeaseTable.Item]) async throws {
    try await gate.withLock {
      try await context.database.transaction { transaction in
        for item in items { try LeaseTable(transaction).add(item) }
      }
    }
  }

  private struct References: Sendable {
    var blobs: Set<String> = []
    var snapshots: Set<String> = []
    var isComplete = true
  }

  /// - Parameter lease: one whose word does not count.
  private func references(without lease: String? = nil) async throws -> References {
    let registry = context.registry
    return try await context.database.transaction { transaction in
      var references = References()
      let (images, failures) = try ImageTable(transaction).all()
      references.isComplete = failures.isEmpty
      for image in images {
        references.blobs.formUnion(image.blobs)
        references.snapshots.formUnion(image.chain)
      }
      for item in try LeaseTable(transaction).all() where item.lease != lease {
        switch item.kind {
        case .blob: references.blobs.insert(item.key)
        case .snapshot: references.snapshots.insert(item.key)
        case .directory: break
        }
      }
      for (digest, compressed) in try BlobOriginTable(transaction).allCompressed()
      where references.blobs.contains(digest) {
        references.blobs.insert(compressed)
      }
      for container in registry.all { references.snapshots.insert(container.record.snapshotKey) }
      for row in try transaction.rows("SELECT id FROM containers") { references.snapshots.insert(try row.get("id")) }
      return references
    }
  }

  /// Removes those of the given that nothing refers to any more.
  ///
  /// - Parameter chains: lowest layer first.
  /// - Returns: the chain ids of the layers that are gone, topmost first.
  @discardableResult
  package func collect(blobs: [String], chains: [String]) async -> [String] {
    var removed: [String] = []
    for chain in chains.reversed() {
      // A snapshot that another stands on stays, and so does all below it.
      guard await removeSnapshot(chain) else { break }
      removed.append(chain)
    }
    let compressed = try? await context.database.transaction { try BlobOriginTable($0).allCompressed() }
    for blob in blobs {
      await removeBlob(blob)
      for (_, form) in (compressed ?? []).filter({ $0.digest == blob }) { await removeBlob(form) }
    }
    return removed
  }

  /// Removes those of the given that nothing refers to any more, in whatever order they come.
  package func collectUnreferenced(blobs: [String], snapshots: [String]) async {
    guard let references = try? await references() else { return }
    var left = snapshots.filter { !references.snapshots.contains($0) }
    while !left.isEmpty {
      // A snapshot goes only after those that stand on it: pass by pass until nothing moves any more.
      var kept: [String] = []
      for key in left where await !removeSnapshot(key) { kept.append(key) }
      if kept.count == left.count { break }
      left = kept
    }
    for blob in blobs where !references.blobs.contains(blob) { await removeBlob(blob) }
  }

  /// Looks at everything there is. Used after a start, and after what only a full look can tell.
  ///
  /// - Parameter report: is told what went, and what could not.
  package func collectEverything(_ report: CollectionReport? = nil) async {
    for lease in unended.all { await LeaseCleaner(context, collector: self).finish(lease) }
    await abortIngests(report)
    do {
      guard try await references().isComplete else {
        let reason = "garbage is not collected: an image's record cannot be read, its blobs are unknown"
        context.log.warning(reason)
        report?.failed(reason)
        return
      }
      try await collectSnapshots(report)
      for (blob, size) in try await allBlobs() { await removeBlob(blob, size: size, report) }
    } catch {
      report?.failed("garbage is not collected: \(error)")
      context.log.warning("garbage is not collected: \(error)")
    }
  }

  private func collectSnapshots(_ report: CollectionReport? = nil) async throws {
    for key in try await snapshotsChildrenFirst() { _ = await removeSnapshot(key, report) }
  }

  /// Removes the layers of an image that went before its last container did, for which they had to stay.
  package func collectLayers(ofRemoved image: String) async {
    do {
      let isThere = try await context.database.transaction { try ImageTable($0).find(id: image) != nil }
      guard !isThere, !context.registry.all.contains(where: { $0.record.imageID == image }),
        try await references().isComplete
      else { return }
      try await collectSnapshots()
    } catch {
      context.log.warning("the layers of image \(HexID.short(image)), which is gone, are not removed: \(error)")
    }
  }

  /// Gives up what began to come in and nobody waits for: all of it where somebody asked, else what has not gone on for a day.
  private func abortIngests(_ report: CollectionReport?) async {
    do {
      let now = Moment.now.nanosecondsSince1970 / 1_000_000_000
      for ingest in try await context.backends.contents.listStatuses(.init(), options: .init(timeout: .seconds(60)))
        .statuses
      where report != nil || now - (ingest.updatedAt?.seconds ?? now) > Self.ingestLifeInSeconds {
        let digest = IngestStore.digest(ofReference: ingest.ref)
        try await gate.withLock {
          if try await references().blobs.contains(digest) { return }
          _ = try await context.backends.contents.abort(.init(ref: ingest.ref), options: .init(timeout: .seconds(60)))
          report?.removed(blob: digest, size: ingest.offset)
        }
      }
    } catch {
      report?.failed("what was begun to be downloaded is not removed: \(error)")
      context.log.warning("what was begun to be downloaded and given up is not removed: \(error)")
    }
  }

  /// Gives up what has begun to come in of these blobs, and nobody else waits for than the holder of `lease`.
  package func abandon(_ digests: [String], of lease: String) async {
    for digest in digests {
      do {
        try await gate.withLock {
          if try await references(without: lease).blobs.contains(digest) { return }
          _ = try await context.backends.contents.abort(
            .init(ref: IngestStore.reference(digest)), options: .init(timeout: .seconds(60)))
        }
      } catch {
        if let code = (error as? GantryError)?.code, [.notFound, .unimplemented].contains(code) { continue }
        context.log.warning("what came of \(digest) is not removed: \(error)")
      }
    }
  }

  private func removeSnapshot(_ key: String, _ report: CollectionReport? = nil) async -> Bool {
    do {
      return try await gate.withLock {
        if try await references().snapshots.contains(key) { return false }
        let size = report == nil ? 0 : try await usage(of: key)
        _ = try await context.backends.snapshots.remove(
          .init(snapshotter: context.backends.snapshotterName, key: key), options: .init(timeout: .seconds(60)))
        try await context.database.transaction { try ImageTable($0).deleteLayer(chain: key) }
        report?.removed(snapshot: key, size: size)
        return true
      }
    } catch let error as GantryError where error.code == .notFound {
      return true
    } catch let error as GantryError where error.code == .failedPrecondition {
      return false
    } catch {
      report?.failed("snapshot \(key) is not removed: \(error)")
      context.log.warning("snapshot \(key) is not removed: \(error)")
      return false
    }
  }

  private func usage(of key: String) async throws(GantryError) -> Int64 {
    try await context.backends.snapshots.usage(
      .init(snapshotter: context.backends.snapshotterName, key: key), options: .init(timeout: .seconds(60))
    ).size
  }

  private func removeBlob(_ digest: String, size: Int64 = 0, _ report: CollectionReport? = nil) async {
    do {
      try await gate.withLock {
        if try await references().blobs.contains(digest) { return }
        _ = try await context.backends.contents.delete(
          .init(digest: digest), options: .init(timeout: .seconds(60)))
        try await context.database.transaction { try BlobOriginTable($0).forget(digest) }
        report?.removed(blob: digest, size: size)
      }
    } catch let error as GantryError where error.code == .notFound {
      return
    } catch {
      report?.failed("blob \(digest) is not removed: \(error)")
      context.log.warning("blob \(digest) is not removed: \(error)")
    }
  }

  private func snapshotsChildrenFirst() async throws -> [String] {
    var parents: [String: String] = [:]
    let request = ContainerdServicesSnapshotsV1.ListSnapshotsRequest(snapshotter: context.backends.snapshotterName)
    for try await page in try await context.backends.snapshots.list(request) {
      for info in page.info where info.labels[Self.rootLabel] == nil { parents[info.name] = info.parent }
    }
    func depth(_ key: String) -> Int {
      var depth = 0
      var next = parents[key]
      while let parent = next, !parent.isEmpty, depth < parents.count {
        depth += 1
        next = parents[parent]
      }
      return depth
    }
    return parents.keys.map { ($0, depth($0)) }.sorted { $0.1 > $1.1 }.map(\.0)
  }

  private func allBlobs() async throws -> [(digest: String, size: Int64)] {
    var digests: [(digest: String, size: Int64)] = []
    for try await page in try await context.backends.contents.list(.init()) {
      digests += page.info.filter { $0.labels[Self.rootLabel] == nil }.map { ($0.digest, $0.size) }
    }
    return digests
  }
}
