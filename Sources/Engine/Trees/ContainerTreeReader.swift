import AsyncServices
import Errors
import Linux
import Messages

/// What a container made of its image: as an archive, as a list, as a layer. A container that runs goes on meanwhile.
package struct ContainerTreeReader: Sendable {
  /// What the engine itself mounts something on in every container. Where the image has none of it, it is made, and
  /// that is nothing the container did.
  package static let mountPoints = [
    "/dev", "/dev/console", "/dev/pts", "/dev/shm", "/dev/mqueue", "/proc", "/sys", "/sys/fs/cgroup", "/etc/hosts",
    "/etc/hostname", "/etc/resolv.conf", "/etc/mtab", "/.dockerenv", "/sbin/docker-init",
  ]

  private static let timeout = Duration.seconds(60)

  let context: EngineContext

  package init(_ context: EngineContext) { self.context = context }

  /// Writes the container's tree as a tar. Volumes and other mounts are no part of it.
  package func export(_ container: Container, to output: FileDescriptor) async throws {
    let mounts = context.paths.skeleton.lying(under: try await mounts(container))
    _ = try await context.workers.trees("exporting container \(HexID.short(container.id))") { worker in
      try await worker.export(.init(mounts: mounts), options: .init(descriptors: [output])).result()
    }
    context.events.publish("container", "export", id: container.id, container.record.eventAttributes)
  }

  /// What differs from the image.
  package func changes(_ container: Container) async throws -> [GantryWorkerV1.Change] {
    try await withLower(container) { lower, upper in
      try await context.workers.trees("comparing container \(HexID.short(container.id))") { worker in
        var changes: [GantryWorkerV1.Change] = []
        let pages = try await worker.compare(.init(lower: lower, upper: upper, ignored: Self.mountPoints))
        for try await page in pages { changes += page.changes }
        return changes
      }
    }
  }

  /// Writes what differs from the image as a layer.
  func writeLayer(_ container: Container, to output: FileDescriptor) async throws -> GantryWorkerV1.WriteTreeResult {
    try await withLower(container) { lower, upper in
      try await context.workers.trees("writing the layer of container \(HexID.short(container.id))") { worker in
        try await worker.writeLayer(
          .init(lower: lower, upper: upper, ignored: Self.mountPoints), options: .init(descriptors: [output])
        ).result()
      }
    }
  }

  /// Runs `body` with the mounts of the image's tree, if it has layers, and of the container's.
  private func withLower<Value: Sendable>(
    _ container: Container,
    _ body: @Sendable (_ lower: [ContainerdTypes.Mount], _ upper: [ContainerdTypes.Mount]) async throws -> Value
  ) async throws -> Value {
    let upper = try await mounts(container)
    let snapshotter = context.backends.snapshotterName
    let info = try await context.backends.snapshots.stat(
      .init(snapshotter: snapshotter, key: container.record.snapshotKey), options: .init(timeout: Self.timeout)
    ).info
    guard let parent = info?.parent, !parent.isEmpty else { return try await body([], upper) }
    return try await SnapshotView(context).with(parent) { lower in try await body(lower, upper) }
  }

  private func mounts(_ container: Container) async throws -> [ContainerdTypes.Mount] {
    if let mounts = container.snapshot.mounts { return mounts }
    return try await context.backends.snapshots.mounts(
      .init(snapshotter: context.backends.snapshotterName, key: container.record.snapshotKey),
      options: .init(timeout: Self.timeout)
    ).mounts
  }
}
