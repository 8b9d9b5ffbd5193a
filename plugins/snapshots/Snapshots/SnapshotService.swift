import AsyncServices
import AsyncWire
import Errors
import Messages
import PluginKit
import Threads

/// Answers containerd's snapshots service from a store. The disk is touched on threads of its own.
public struct SnapshotService: ContainerdServicesSnapshotsV1.SnapshotsService {
  private typealias API = ContainerdServicesSnapshotsV1

  private let store: SnapshotStore
  private let threads = BlockingThreads(name: "snapshots", limit: 8)

  public init(store: SnapshotStore) { self.store = store }

  public func prepare(_ request: ContainerdServicesSnapshotsV1.PrepareSnapshotRequest, context: CallContext)
    async throws -> ContainerdServicesSnapshotsV1.PrepareSnapshotResponse
  {
    .init(
      mounts: try await threads.run {
        try store.create(.active, key: request.key, parent: request.parent, labels: request.labels)
      })
  }

  public func view(_ request: ContainerdServicesSnapshotsV1.ViewSnapshotRequest, context: CallContext) async throws
    -> ContainerdServicesSnapshotsV1.ViewSnapshotResponse
  {
    .init(
      mounts: try await threads.run {
        try store.create(.view, key: request.key, parent: request.parent, labels: request.labels)
      })
  }

  public func mounts(_ request: ContainerdServicesSnapshotsV1.MountsRequest, context: CallContext) async throws
    -> ContainerdServicesSnapshotsV1.MountsResponse
  {
    .init(mounts: try store.mounts(request.key))
  }

  public func commit(_ request: ContainerdServicesSnapshotsV1.CommitSnapshotRequest, context: CallContext) async throws
    -> GoogleProtobuf.Empty
  {
    try await threads.run {
      try store.commit(request.key, as: request.name, parent: request.parent, labels: request.labels)
    }
    return .init()
  }

  public func remove(_ request: ContainerdServicesSnapshotsV1.RemoveSnapshotRequest, context: CallContext) async throws
    -> GoogleProtobuf.Empty
  {
    try await threads.run { try store.remove(request.key) }
    return .init()
  }

  public func stat(_ request: ContainerdServicesSnapshotsV1.StatSnapshotRequest, context: CallContext) async throws
    -> ContainerdServicesSnapshotsV1.StatSnapshotResponse
  {
    .init(info: try store.stat(request.key).info)
  }

  public func update(_ request: ContainerdServicesSnapshotsV1.UpdateSnapshotRequest, context: CallContext) async throws
    -> ContainerdServicesSnapshotsV1.UpdateSnapshotResponse
  {
    guard let info = request.info, !info.name.isEmpty else {
      throw GantryError(.invalidArgument, "the update names no snapshot")
    }
    let names = try LabelMask.names(request.updateMask?.paths ?? [])
    return .init(
      info: try await threads.run { try store.update(info.name, labels: info.labels, only: names) }.info)
  }

  public func list(
    _ request: ContainerdServicesSnapshotsV1.ListSnapshotsRequest,
    responses: OutboundStream<ContainerdServicesSnapshotsV1.ListSnapshotsResponse>, context: CallContext
  ) async throws {
    let filters = try [Filter](parsing: request.filters)
    var batch: [ContainerdServicesSnapshotsV1.Info] = []
    for snapshot in store.list() where filters.matchesAny(snapshot.field) {
      batch.append(snapshot.info)
      if batch.count == 100 {
        try await responses.send(.init(info: batch))
        batch = []
      }
    }
    if !batch.isEmpty { try await responses.send(.init(info: batch)) }
  }

  public func usage(_ request: ContainerdServicesSnapshotsV1.UsageRequest, context: CallContext) async throws
    -> ContainerdServicesSnapshotsV1.UsageResponse
  {
    let usage = try await threads.run { try store.usage(request.key) }
    return .init(size: usage.size, inodes: usage.inodes)
  }

  public func cleanup(_ request: ContainerdServicesSnapshotsV1.CleanupRequest, context: CallContext) async throws
    -> GoogleProtobuf.Empty
  {
    try await store.cleanup()
    return .init()
  }
}
