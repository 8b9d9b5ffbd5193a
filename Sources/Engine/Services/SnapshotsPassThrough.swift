import AsyncServices
import AsyncWire
import Errors
import Messages

/// `containerd.services.snapshots.v1.Snapshots`, handed on to the snapshotter plugin.
package struct SnapshotsPassThrough: ContainerdServicesSnapshotsV1.SnapshotsService {
  let plugin: ContainerdServicesSnapshotsV1.SnapshotsClient

  package init(_ caller: any Caller) { plugin = .init(caller) }

  package func prepare(
    _ request: ContainerdServicesSnapshotsV1.PrepareSnapshotRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.PrepareSnapshotResponse {
    try await plugin.prepare(request, options: .passing(context))
  }

  package func view(
    _ request: ContainerdServicesSnapshotsV1.ViewSnapshotRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.ViewSnapshotResponse {
    try await plugin.view(request, options: .passing(context))
  }

  package func mounts(
    _ request: ContainerdServicesSnapshotsV1.MountsRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.MountsResponse {
    try await plugin.mounts(request, options: .passing(context))
  }

  package func commit(
    _ request: ContainerdServicesSnapshotsV1.CommitSnapshotRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty { try await plugin.commit(request, options: .passing(context)) }

  package func remove(
    _ request: ContainerdServicesSnapshotsV1.RemoveSnapshotRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty { try await plugin.remove(request, options: .passing(context)) }

  package func stat(
    _ request: ContainerdServicesSnapshotsV1.StatSnapshotRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.StatSnapshotResponse {
    try await plugin.stat(request, options: .passing(context))
  }

  package func update(
    _ request: ContainerdServicesSnapshotsV1.UpdateSnapshotRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.UpdateSnapshotResponse {
    try await plugin.update(request, options: .passing(context))
  }

  package func list(
    _ request: ContainerdServicesSnapshotsV1.ListSnapshotsRequest,
    responses: OutboundStream<ContainerdServicesSnapshotsV1.ListSnapshotsResponse>, context: CallContext
  ) async throws {
    for try await page in try await plugin.list(request, options: .passing(context)) { try await responses.send(page) }
  }

  package func usage(
    _ request: ContainerdServicesSnapshotsV1.UsageRequest, context: CallContext
  ) async throws -> ContainerdServicesSnapshotsV1.UsageResponse {
    try await plugin.usage(request, options: .passing(context))
  }

  package func cleanup(
    _ request: ContainerdServicesSnapshotsV1.CleanupRequest, context: CallContext
  ) async throws -> GoogleProtobuf.Empty { try await plugin.cleanup(request, options: .passing(context)) }
}
