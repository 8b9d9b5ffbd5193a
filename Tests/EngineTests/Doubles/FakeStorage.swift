import AsyncServices
import AsyncWire
import Errors
import Linux
import Messages
import Synchronization

/// Content and snapshots in memory, with the rules that the engine relies on.
final class FakeStorage: Sendable {
  struct State: Sendable {
    var blobs: Set<String> = []
    /// Parent by key; committed ones are in `committed`.
    var snapshots: [String: String] = [:]
    var committed: Set<String> = []
    /// Keys whose removal fails.
    var stuck: Set<String> = []
  }

  private let state = Mutex(State())

  var value: State { state.withLock { $0 } }

  func update<Value: Sendable>(_ body: (inout State) throws -> Value) rethrows -> Value {
    try state.withLock { try body(&$0) }
  }

  func contentClient() throws -> Client {
    var table = RouteTable()
    table.on(GantryContentV1.BlobsMethods.ingest) {
      [self] (request: GantryContentV1.IngestRequest, _) -> GantryContentV1.IngestResponse in
      update { _ = $0.blobs.insert(request.digest) }
      return .init(digest: request.digest, size: request.size)
    }
    table.on(ContainerdServicesContentV1.ContentMethods.delete) {
      [self] (request: ContainerdServicesContentV1.DeleteContentRequest, _) -> GoogleProtobuf.Empty in
      guard update({ $0.blobs.remove(request.digest) }) != nil else { throw GantryError(.notFound, "no blob") }
      return .init()
    }
    table.onStream(ContainerdServicesContentV1.ContentMethods.list) {
      [self] (_: ContainerdServicesContentV1.ListContentRequest, _) in
      [ContainerdServicesContentV1.ListContentResponse(info: value.blobs.map { .init(digest: $0) })]
    }
    return try table.client()
  }

  func snapshotsClient() throws -> Client {
    typealias Methods = ContainerdServicesSnapshotsV1.SnapshotsMethods
    var table = RouteTable()
    table.on(Methods.prepare) {
      [self] (request: ContainerdServicesSnapshotsV1.PrepareSnapshotRequest, _)
        -> ContainerdServicesSnapshotsV1.PrepareSnapshotResponse in
      try update { state in
        guard state.snapshots[request.key] == nil else { throw GantryError(.alreadyExists, request.key) }
        guard request.parent.isEmpty || state.committed.contains(request.parent) else {
          throw GantryError(.notFound, "parent \(request.parent)")
        }
        state.snapshots[request.key] = request.parent
      }
      return .init(mounts: [Self.mount(request.key)])
    }
    table.on(Methods.mounts) {
      (request: ContainerdServicesSnapshotsV1.MountsRequest, _) -> ContainerdServicesSnapshotsV1.MountsResponse in
      .init(mounts: [Self.mount(request.key)])
    }
    table.on(Methods.stat) {
      [self] (request: ContainerdServicesSnapshotsV1.StatSnapshotRequest, _)
        -> ContainerdServicesSnapshotsV1.StatSnapshotResponse in
      guard value.snapshots[request.key] != nil else { throw GantryError(.notFound, request.key) }
      return .init(info: .init(name: request.key))
    }
    table.on(Methods.usage) {
      (_: ContainerdServicesSnapshotsV1.UsageRequest, _) -> ContainerdServicesSnapshotsV1.UsageResponse in
      .init(size: 7)
    }
    table.on(Methods.commit) {
      [self] (request: ContainerdServicesSnapshotsV1.CommitSnapshotRequest, _) -> GoogleProtobuf.Empty in
      try update { state in
        guard state.snapshots[request.name] == nil else { throw GantryError(.alreadyExists, request.name) }
        state.snapshots[request.name] = state.snapshots.removeValue(forKey: request.key)
        state.committed.insert(request.name)
      }
      return .init()
    }
    table.on(Methods.remove) {
      [self] (request: ContainerdServicesSnapshotsV1.RemoveSnapshotRequest, _) -> GoogleProtobuf.Empty in
      try update { state in
        if state.stuck.contains(request.key) { throw GantryError(.internal, "stuck") }
        guard !state.snapshots.values.contains(request.key) else {
          throw GantryError(.failedPrecondition, "has children")
        }
        guard state.snapshots.removeValue(forKey: request.key) != nil else {
          throw GantryError(.notFound, request.key)
        }
        state.committed.remove(request.key)
      }
      return .init()
    }
    table.onStream(Methods.list) { [self] (_: ContainerdServicesSnapshotsV1.ListSnapshotsRequest, _) in
      [ContainerdServicesSnapshotsV1.ListSnapshotsResponse(info: value.snapshots.map { .init(name: $0, parent: $1) })]
    }
    return try table.client()
  }

  private static func mount(_ key: String) -> ContainerdTypes.Mount {
    .init(type: "bind", source: "/snapshots/\(key)", options: ["rbind"])
  }
}
