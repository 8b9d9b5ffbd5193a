import AsyncServices
import Errors
import Messages

/// Looks at committed snapshots.
struct SnapshotView: Sendable {
  private static let timeout = Duration.seconds(60)

  let context: EngineContext
  private let snapshotter: String

  /// - Parameter snapshotter: nil is the engine's own.
  init(_ context: EngineContext, snapshotter: String? = nil) {
    self.context = context
    self.snapshotter = snapshotter ?? context.backends.snapshotterName
  }

  /// Runs `body` with what to mount to see the snapshot; the view goes with it. What a process that dies leaves
  /// of it, the collector finds.
  func with<Value: Sendable>(
    _ key: String, _ body: @Sendable ([ContainerdTypes.Mount]) async throws -> Value
  ) async throws -> Value {
    let view = "view-\(HexID.random())"
    let mounts = try await context.backends.snapshots(of: snapshotter).view(
      .init(snapshotter: snapshotter, key: view, parent: key), options: .init(timeout: Self.timeout)
    ).mounts
    let outcome = await Result { try await body(mounts) }
    do {
      _ = try await context.backends.snapshots(of: snapshotter).remove(
        .init(snapshotter: snapshotter, key: view), options: .init(timeout: Self.timeout))
    } catch  where error.code == .notFound {
      // The collector was faster: what it leads to is held by others.
    } catch {
      context.log.warning("the view \(view) of a snapshot is not removed, the next start tries again: \(error)")
    }
    return try outcome.get()
  }
}
