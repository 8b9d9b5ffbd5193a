import AsyncServices
import Errors
import Linux
import Messages

/// What differs between two snapshots of whatever kind: as a list, or as a layer.
struct SnapshotDifference: Sendable {
  private static let timeout = Duration.seconds(60)

  let context: EngineContext
  private let snapshotter: String

  /// - Parameter snapshotter: "" is the engine's own.
  init(_ context: EngineContext, snapshotter: String) {
    self.context = context
    self.snapshotter = snapshotter.isEmpty ? context.backends.snapshotterName : snapshotter
  }

  /// Compares, and writes what differs to `output` as a layer where there is one.
  ///
  /// - Parameters:
  ///   - lower: what is compared with; "" is the parent of `upper`, or nothing where it has none.
  ///   - output: anything that can be written to.
  /// - Returns: what differs; nothing where it was written.
  /// - Throws: `.notFound` for a snapshot there is none of.
  func find(
    _ lower: String, _ upper: String, output: FileDescriptor?
  ) async throws -> [GantryWorkerV1.Change] {
    let info = try await stat(upper)
    let lower = lower.isEmpty ? info.parent : lower
    return try await with(info) { upperMounts in
      guard !lower.isEmpty else { return try await compare([], upperMounts, upper, output) }
      return try await with(try await stat(lower)) { try await compare($0, upperMounts, upper, output) }
    }
  }

  private func stat(_ key: String) async throws -> ContainerdServicesSnapshotsV1.Info {
    let answer = try await context.backends.snapshots(of: snapshotter).stat(
      .init(snapshotter: snapshotter, key: key), options: .init(timeout: Self.timeout))
    guard let info = answer.info else { throw GantryError(.internal, "snapshot \(key) is found without a description") }
    return info
  }

  /// Runs `body` with what to mount to see the snapshot.
  private func with<Value: Sendable>(
    _ info: ContainerdServicesSnapshotsV1.Info, _ body: @Sendable ([ContainerdTypes.Mount]) async throws -> Value
  ) async throws -> Value {
    guard info.kind != .committed else {
      return try await SnapshotView(context, snapshotter: snapshotter).with(info.name, body)
    }
    let mounts = try await context.backends.snapshots(of: snapshotter).mounts(
      .init(snapshotter: snapshotter, key: info.name), options: .init(timeout: Self.timeout)
    ).mounts
    return try await body(mounts)
  }

  private func compare(
    _ lower: [ContainerdTypes.Mount], _ upper: [ContainerdTypes.Mount], _ key: String, _ output: FileDescriptor?
  ) async throws -> [GantryWorkerV1.Change] {
    try await context.workers.trees("comparing snapshot \(key)") { worker in
      guard let output else {
        var changes: [GantryWorkerV1.Change] = []
        for try await page in try await worker.compare(.init(lower: lower, upper: upper)) { changes += page.changes }
        return changes
      }
      _ = try await worker.writeLayer(
        .init(lower: lower, upper: upper), options: .init(descriptors: [output])
      ).result()
      return []
    }
  }
}
