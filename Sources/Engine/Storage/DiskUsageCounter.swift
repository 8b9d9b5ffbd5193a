import AsyncServices
import Errors
import Messages

/// Counts what is where: images, containers, volumes, blobs.
package struct DiskUsageCounter: Sendable {
  private static let timeout = Duration.seconds(60)

  let context: EngineContext

  package init(_ context: EngineContext) { self.context = context }

  package func count() async throws -> GantryEngineV1.DiskUsageResponse {
    var uses: [String: UInt32] = [:]
    for container in context.registry.all { uses[container.record.imageID, default: 0] += 1 }
    let (images, layers) = try await context.database.transaction { transaction in
      (try ImageTable(transaction).overviews(), try ImageTable(transaction).layerSizes())
    }
    let filter = try ImageFilter([], reference: "") { _ in nil }
    let listing = ImageListing(images, filter: filter, uses: uses, layers: layers)
    let chains = Set(images.flatMap(\.chain))
    var response = GantryEngineV1.DiskUsageResponse(
      images: listing.rows(all: false, digests: false), volumes: try await VolumeStore(context).usage(),
      layersSize: chains.reduce(0) { $0 + (layers[$1] ?? 0) })
    let names = Dictionary(images.map { ($0.id, $0.names) }) { first, _ in first }
    let now = Moment.now
    for container in context.registry.all {
      response.containers.append(await usage(container.record, names: names, now: now))
    }
    for try await page in try await context.backends.contents.list(.init(), options: .init(timeout: Self.timeout)) {
      for blob in page.info { response.contentSize += blob.size }
    }
    let ingests = try await context.backends.contents.listStatuses(.init(), options: .init(timeout: Self.timeout))
    for ingest in ingests.statuses { response.ingestsSize += ingest.offset }
    return response
  }

  private func usage(
    _ record: ContainerRecord, names: [String: [String]], now: Moment
  ) async -> GantryEngineV1.ContainerUsage {
    let row = ContainerLister.row(record, names: names, now: now)
    let sizes = await ContainerLister(context).sizes(record)
    return .init(
      id: record.id, name: record.name, image: row.image, command: row.command,
      createdUnix: record.created.nanosecondsSince1970 / 1_000_000_000, state: row.state, status: row.status,
      sizeRw: sizes.written, sizeRootFs: sizes.total, localVolumes: UInt32(record.settings.volumes.count))
  }
}
