import AsyncServices
import AsyncWire
import Errors
import Messages

/// `gantry.engine.v1.Storage`.
package struct StorageServer: GantryEngineV1.StorageService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func diskUsage(
    _ request: GantryEngineV1.DiskUsageRequest, context: CallContext
  ) async throws -> GantryEngineV1.DiskUsageResponse { try await DiskUsageCounter(engine.context).count() }

  package func diffSnapshots(
    _ request: GantryEngineV1.DiffSnapshotsRequest, context: CallContext
  ) async throws -> GantryEngineV1.DiffSnapshotsResponse {
    let difference = SnapshotDifference(engine.context, snapshotter: request.snapshotter)
    return .init(
      changes: try await difference.find(request.lower, request.upper, output: context.descriptors.first))
  }

  package func collect(
    _ request: GantryEngineV1.CollectRequest, context: CallContext
  ) async throws -> GantryEngineV1.CollectResponse {
    let engine = engine
    return try await engine.uncancelled {
      await LeaseKeeper(engine.context, collector: engine.collector).expire()
      let report = CollectionReport()
      await engine.collector.collectEverything(report)
      return report.message
    }
  }
}
