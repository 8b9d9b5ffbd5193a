import AsyncServices
import AsyncWire
import Errors
import Messages

/// `containerd.services.snapshots.v1.Snapshots`, handed on to the snapshotter plugin that a request names, or to the engine's.
package struct SnapshotsPassThrough: ContainerdServicesSnapshotsV1.SnapshotsService {
  private let backends: Backends

  package init(_ backends: Backends) { self.backends = backends }

  private func plugin(_ name: String) throws(GantryError) -> ContainerdServicesSnapshotsV1.SnapshotsClient {
    try backends.snapshots(of: name)
  }

  package func prepare(
    _ request: ContainerdServicesSnapshotsV1.PrepareSnapshotRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.PrepareSnapshotResponse {
    try await plugin(request.snapshotter).prepare(request, options: .passing(context))
  }

  package func view(
    _ request: ContainerdServicesSnapshotsV1.ViewSnapshotRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.ViewSnapshotResponse {
    try await plugin(request.snapshotter).view(request, options: .passing(context))
  }

  package func mounts(
    _ request: ContainerdServicesSnapshotsV1.MountsRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.MountsResponse {
    try await plugin(request.snapshotter).mounts(request, options: .passing(context))
  }

  package func commit(
    _ request: ContainerdServicesSnapshotsV1.CommitSnapshotRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty {
    try await plugin(request.snapshotter).commit(request, options: .passing(context))
  }

  package func remove(
    _ request: ContainerdServicesSnapshotsV1.RemoveSnapshotRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty {
    try await plugin(request.snapshotter).remove(request, options: .passing(context))
  }

  package func stat(
    _ request: ContainerdServicesSnapshotsV1.StatSnapshotRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.StatSnapshotResponse {
    try await plugin(request.snapshotter).stat(request, options: .passing(context))
  }

  package func update(
    _ request: ContainerdServicesSnapshotsV1.UpdateSnapshotRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.UpdateSnapshotResponse {
    try await plugin(request.snapshotter).update(request, options: .passing(context))
  }

  package func list(
    _ request: ContainerdServicesSnapshotsV1.ListSnapshotsRequest,
    responses: OutboundStream<ContainerdServicesSnapshotsV1.ListSnapshotsResponse>, context: CallContext
  ) async throws {
    for try await page in try await plugin(request.snapshotter).list(request, options: .passing(context)) {
      try await responses.send(page)
    }
  }

  package func usage(
    _ request: ContainerdServicesSnapshotsV1.UsageRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.UsageResponse {
    try await plugin(request.snapshotter).usage(request, options: .passing(context))
  }

  package func cleanup(
    _ request: ContainerdServicesSnapshotsV1.CleanupRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty {
    try await plugin(request.snapshotter).cleanup(request, options: .passing(context))
  }
}
