import Database
import Errors
import Messages

/// Leases as clients see them: what one holds, the garbage collector leaves alone, until it is deleted or expires.
package struct LeaseKeeper: Sendable {
  /// containerd's name for when a lease expires, RFC 3339.
  package static let expiry = "containerd.io/gc.expire"

  let context: EngineContext
  let collector: GarbageCollector

  package init(_ context: EngineContext, collector: GarbageCollector) {
    self.context = context
    self.collector = collector
  }

  /// - Throws: `.alreadyExists` where the id is taken, `.invalidArgument` for an expiry that is no time.
  package func create(
    _ request: ContainerdServicesLeasesV1.CreateRequest
  ) async throws -> ContainerdServicesLeasesV1.Lease {
    if let text = request.labels[Self.expiry], Moment(rfc3339: text) == nil {
      throw GantryError(
        .invalidArgument, "label \(Self.expiry)=\(text) is no time: write it as 2026-01-02T15:04:05Z")
    }
    let now = Moment.now
    let id = request.id.isEmpty ? HexID.random() : request.id
    let lease = ContainerdServicesLeasesV1.Lease(id: id, createdAt: now.timestamp, labels: request.labels)
    try await context.database.transaction { transaction in
      let table = LeaseRecordTable(transaction)
      guard try !table.contains(id) else { throw GantryError(.alreadyExists, "lease \(id) exists already") }
      try table.insert(lease, created: now)
    }
    return lease
  }

  /// Deletes a lease, and collects what it alone held.
  ///
  /// - Throws: `.notFound`.
  package func delete(_ id: String) async throws {
    try await context.database.transaction { transaction in
      guard try LeaseRecordTable(transaction).delete(id) else { throw Self.missing(id) }
    }
    await LeaseCleaner(context, collector: collector).finish(id)
  }

  package func list() async throws -> [ContainerdServicesLeasesV1.Lease] {
    try await context.database.transaction { try LeaseRecordTable($0).all() }
  }

  /// - Throws: `.notFound` for a lease there is none of, `.unimplemented` for a kind that cannot be held.
  package func add(_ resource: ContainerdServicesLeasesV1.Resource?, to lease: String) async throws {
    let item = try item(resource, lease)
    try await require(lease)
    try await collector.hold([item])
  }

  /// - Throws: `.notFound` for a lease there is none of.
  package func remove(_ resource: ContainerdServicesLeasesV1.Resource?, from lease: String) async throws {
    let item = try item(resource, lease)
    try await require(lease)
    try await context.database.transaction { try LeaseTable($0).remove(item) }
  }

  /// - Throws: `.notFound` for a lease there is none of.
  package func resources(of lease: String) async throws -> [ContainerdServicesLeasesV1.Resource] {
    try await require(lease)
    let snapshotter = context.backends.snapshotterName
    return try await context.database.transaction { transaction in
      try LeaseTable(transaction).all().filter { $0.lease == lease }.map { item in
        .init(id: item.key, type: item.kind == .blob ? "content" : "snapshots/\(snapshotter)")
      }
    }
  }

  /// Ends those whose time has come.
  package func expire() async {
    do {
      let now = Moment.now
      for lease in try await list() {
        guard let text = lease.labels[Self.expiry], let time = Moment(rfc3339: text), time < now else { continue }
        try await delete(lease.id)
      }
    } catch {
      context.log.warning("leases that have expired are not ended: \(error)")
    }
  }

  private func require(_ lease: String) async throws {
    let isKnown = try await context.database.transaction { try LeaseRecordTable($0).contains(lease) }
    guard isKnown else { throw Self.missing(lease) }
  }

  private static func missing(_ id: String) -> GantryError { GantryError(.notFound, "No such lease: \(id)") }

  private func item(
    _ resource: ContainerdServicesLeasesV1.Resource?, _ lease: String
  ) throws(GantryError) -> LeaseTable.Item {
    guard let resource, !resource.id.isEmpty else {
      throw GantryError(.invalidArgument, "a lease holds something with an id and a type")
    }
    switch resource.type {
    case "content": return .init(lease: lease, kind: .blob, key: resource.id)
    // Whoever names none means the engine's own.
    case "snapshots/", "snapshots/\(context.backends.snapshotterName)":
      return .init(lease: lease, kind: .snapshot, key: resource.id)
    default:
      throw GantryError(
        .unimplemented,
        """
        a lease cannot hold something of type "\(resource.type)": it holds "content" and \
        "snapshots/\(context.backends.snapshotterName)"
        """)
    }
  }
}
