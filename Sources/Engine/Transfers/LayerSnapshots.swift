import AsyncServices
import CLinux
import Errors
import Glibc
import Linux
import Messages

/// Snapshots of layers, as pulls and imports make them.
struct LayerSnapshots: Sendable {
  let context: EngineContext

  private var snapshots: ContainerdServicesSnapshotsV1.SnapshotsClient { context.backends.snapshots }
  private var name: String { context.backends.snapshotterName }

  /// Whether there is a committed snapshot of that chain id; its size is known afterwards.
  func exists(_ chain: String) async throws -> Bool {
    do {
      _ = try await snapshots.stat(.init(snapshotter: name, key: chain), options: .init(timeout: .seconds(30)))
    } catch  where error.code == .notFound {
      return false
    }
    if try await context.database.transaction({ try ImageTable($0).layerSize(chain: chain) }) == nil {
      // One that was killed between the commit and this note leaves a layer of unknown size.
      let usage = try await snapshots.usage(
        .init(snapshotter: name, key: chain), options: .init(timeout: .seconds(60)))
      try await note(chain, size: usage.size)
    }
    return true
  }

  func prepare(_ key: String, parent: String, chain: String) async throws -> [ContainerdTypes.Mount] {
    try await snapshots.prepare(
      .init(snapshotter: name, key: key, parent: parent, labels: ["containerd.io/snapshot.ref": chain]),
      options: .init(timeout: .seconds(600))
    ).mounts
  }

  /// Makes the prepared snapshot the one of `chain`.
  ///
  /// - Parameter parent: "" where it was prepared on its parent.
  func commit(_ key: String, as chain: String, parent: String, size: Int64) async throws {
    do {
      _ = try await snapshots.commit(
        .init(snapshotter: name, name: chain, key: key, parent: parent), options: .init(timeout: .seconds(600)))
    } catch  where error.code == .alreadyExists {
      // Somebody else has unpacked the same layer meanwhile.
      await remove(key)
      _ = try await exists(chain)
      return
    }
    try await note(chain, size: size)
  }

  func remove(_ key: String) async {
    do {
      // Not even a cancelled pull leaves it.
      try await Task { [snapshots, name] in
        _ = try await snapshots.remove(.init(snapshotter: name, key: key), options: .init(timeout: .seconds(60)))
      }.value
    } catch let error as GantryError where error.code == .notFound {
      return
    } catch {
      context.log.warning("snapshot \(key) of a layer that was not unpacked is not removed: \(error)")
    }
  }

  private func note(_ chain: String, size: Int64) async throws {
    try await context.database.transaction { try ImageTable($0).setLayerSize(chain: chain, size: size) }
  }

  /// Marks directories of a layer that was unpacked apart: overlayfs shows nothing of what is below them.
  ///
  /// - Parameter mounts: of the prepared snapshot, a single directory.
  func markOpaque(_ directories: [[UInt8]], in mounts: [ContainerdTypes.Mount]) async throws {
    guard !directories.isEmpty, let source = mounts.first?.source else { return }
    try await context.threads.run {
      let root = try FileDescriptor.open(source, O_RDONLY | O_DIRECTORY)
      for directory in directories {
        let path = directory.map { CChar(bitPattern: $0) } + [0]
        let number = try retryingOnInterrupt("openat2", source) {
          gantry_openat2(
            root.number, path, UInt64(O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0,
            UInt64(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS))
        }
        let file = FileDescriptor(adopting: number)
        try retryingOnInterrupt("fsetxattr", source) { fsetxattr(file.number, "trusted.overlay.opaque", "y", 1, 0) }
      }
    }
  }
}
