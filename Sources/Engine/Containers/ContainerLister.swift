import References
import AsyncServices
import Errors
import ImageSpec
import Messages

/// The rows of `ps`.
package struct ContainerLister: Sendable {
  let context: EngineContext

  package init(_ context: EngineContext) { self.context = context }

  /// - Throws: `.invalidArgument` for a filter that is none.
  package func list(_ request: GantryEngineV1.ListContainersRequest) async throws -> [GantryEngineV1.ContainerSummary] {
    let filter = try ContainerFilter(request.filters, registry: context.registry)
    let images = try await ImageStore(context).all()
    let names = Dictionary(images.map { ($0.id, $0.names) }) { first, _ in first }
    let descendants = await descendants(of: filter.ancestors ?? [], among: images)
    let everything = request.all || request.limit > 0 || filter.asksForStopped
    let now = Moment.now
    var rows: [GantryEngineV1.ContainerSummary] = []
    for container in context.registry.all {
      let record = container.record
      if !everything, !record.lifecycle.isRunning { continue }
      guard try filter.allows(record, descendants: descendants) else { continue }
      if request.limit > 0, rows.count == Int(request.limit) { break }
      var row = Self.row(record, names: names, now: now)
      if request.size { (row.sizeRw, row.sizeRootFs) = await sizes(record) }
      rows.append(row)
    }
    return rows
  }

  /// What is no image, has no descendants.
  private func descendants(of ancestors: [String], among images: [ImageRecord]) async -> Set<String> {
    var found: Set<String> = []
    for ancestor in ancestors {
      if let image = try? await ImageStore(context).find(ancestor) { found.insert(image.id) }
    }
    while !found.isEmpty {
      let children = images.filter { found.contains($0.parent) && !found.contains($0.id) }
      if children.isEmpty { break }
      found.formUnion(children.map(\.id))
    }
    return found
  }

  /// Bytes the container has written, and bytes in all.
  package func sizes(_ record: ContainerRecord) async -> (written: Int64, total: Int64) {
    let image = try? await ImageStore(context).find(record.imageID)
    let written = await written(record)
    return (written, written + (image?.size ?? 0))
  }

  /// Of an overlay the bytes of its files, as Docker counts; of others what the snapshotter says.
  private func written(_ record: ContainerRecord) async -> Int64 {
    let (snapshotter, key) = (context.backends.snapshotterName, record.snapshotKey)
    let mounts = try? await context.backends.snapshots.mounts(
      .init(snapshotter: snapshotter, key: key), options: .init(timeout: .seconds(60))
    ).mounts
    if let upper = StorageDetails(driver: snapshotter, mounts: mounts ?? []).upperOfOverlay {
      return (try? await context.threads.run { TreeSize.bytes(in: upper) }) ?? 0
    }
    return
      (try? await context.backends.snapshots.usage(
        .init(snapshotter: snapshotter, key: key), options: .init(timeout: .seconds(60))
      ).size) ?? 0
  }

  package static func row(
    _ record: ContainerRecord, names: [String: [String]], now: Moment
  ) -> GantryEngineV1.ContainerSummary {
    .init(
      id: record.id, name: record.name, image: imageText(record, names: names), imageId: record.imageID,
      command: commandText(record.runtime.args), created: record.created.timestamp, state: record.lifecycle.status,
      status: record.lifecycle.statusText(now: now), ports: portsText(record), labels: record.settings.labels,
      mounts: record.settings.volumes.map(\.name) + record.runtime.binds.map(\.source),
      networks: [record.networkName])
  }

  private static func imageText(_ record: ContainerRecord, names: [String: [String]]) -> String {
    let written = record.settings.image
    guard let own = names[record.imageID], means(written, image: record.imageID, named: own) else {
      return HexID.short(record.imageID)
    }
    return written
  }

  /// Whether the image is still found by what its container was made from: a name, a digest, or a beginning of its id.
  private static func means(_ written: String, image id: String, named names: [String]) -> Bool {
    if names.contains(NormalName.of(written)) { return true }
    let hex = written.hasPrefix("sha256:") ? written.dropFirst(7) : written[...]
    if HexID.isPrefix(hex), id.dropFirst(7).hasPrefix(hex) { return true }
    guard let reference = try? Reference(parsing: written), reference.digest != nil else { return false }
    return names.contains { ImageName.repository($0) == reference.familiarName }
  }

  private static func portsText(_ record: ContainerRecord) -> String {
    guard record.lifecycle.isRunning else { return "" }
    return (record.endpoint?.ports ?? []).map { port in
      let host = port.hostIp.isEmpty ? "0.0.0.0" : port.hostIp
      return "\(host):\(port.hostPort)->\(port.containerPort)/\(port.protocol)"
    }.joined(separator: ", ")
  }
}
