import Core
import Database
import Errors
import Glibc
import Linux
import Messages
import RuntimeSpec

/// Volumes: directories that containers mount and that outlive them, `<root>/volumes/<name>/_data`.
package struct VolumeStore: Sendable {
  let context: EngineContext

  package init(_ context: EngineContext) { self.context = context }

  /// The directory of a volume, where its files are.
  package func directory(_ name: String) -> String { "\(context.paths.volumes)/\(name)/_data" }

  /// Makes what is not there yet. The record comes first: what a process that dies leaves is known by it.
  package func make(_ volumes: [GantryEngineV1.VolumeMount]) async throws {
    guard !volumes.isEmpty else { return }
    try await context.database.transaction { transaction in
      for volume in volumes { try VolumeTable(transaction).insert(volume.name, isAnonymous: volume.isAnonymous) }
    }
    let (root, directories) = (context.paths.volumes, volumes.map { directory($0.name) })
    try await context.threads.run {
      try Directory.createSpreading(root, mode: 0o711)
      for directory in directories where access(directory, F_OK) != 0 { try Directory.create(directory, mode: 0o755) }
    }
  }

  /// A container's volumes: those asked for, and one for each of the image's that nothing else is mounted at.
  package static func volumes(
    of settings: GantryEngineV1.CreateContainerRequest, image: GantryWorkerV1.ImageConfig
  ) -> [GantryEngineV1.VolumeMount] {
    var volumes = settings.volumes.map { volume in
      var named = volume
      if volume.name.isEmpty { (named.name, named.isAnonymous) = (HexID.random(), true) }
      return named
    }
    let runtime = settings.container ?? .init()
    let taken = Set(volumes.map(\.target) + runtime.binds.map(\.target) + runtime.tmpfs.map(\.target))
    for path in image.volumes.map(ContainerPath.cleaned).sorted()
    where path.hasPrefix("/") && path != "/" && !taken.contains(path) {
      volumes.append(.init(name: HexID.random(), target: path, isAnonymous: true))
    }
    return volumes
  }

  /// How a container's volumes are mounted. Into one that is empty goes what the image has at its place.
  func binds(_ volumes: [GantryEngineV1.VolumeMount]) async throws -> [GantryRuntimeV1.Bind] {
    guard !volumes.isEmpty else { return [] }
    try await make(volumes)
    let sources = volumes.map { ($0, directory($0.name)) }
    return try await context.threads.run {
      try sources.map { volume, source in
        let isEmpty = try FileDescriptor.open(source, O_RDONLY | O_DIRECTORY).rawDirectoryEntries().isEmpty
        let options = [volume.readOnly ? "ro" : "rw"] + (isEmpty && !volume.noCopy ? ["copyup"] : [])
        return GantryRuntimeV1.Bind(source: source, target: volume.target, options: options)
      }
    }
  }

  /// Removes those of a container's anonymous volumes that no other container mounts.
  package func removeAnonymous(_ volumes: [GantryEngineV1.VolumeMount]) async {
    let used = Set(context.registry.all.flatMap { $0.record.settings.volumes.map(\.name) })
    for volume in volumes where volume.isAnonymous && !used.contains(volume.name) {
      let directory = "\(context.paths.volumes)/\(volume.name)"
      do {
        try await context.threads.run { try Directory.remove(directory) }
        try await context.database.transaction { try VolumeTable($0).delete(volume.name) }
      } catch {
        context.log.warning("volume \(volume.name) is not removed: \(error)")
      }
    }
  }

  /// Every volume, the containers that mount it, and its bytes.
  package func usage() async throws -> [GantryEngineV1.VolumeUsage] {
    var links: [String: UInt32] = [:]
    for container in context.registry.all {
      for volume in container.record.settings.volumes { links[volume.name, default: 0] += 1 }
    }
    var usages: [GantryEngineV1.VolumeUsage] = []
    for name in try await context.database.transaction({ try VolumeTable($0).names() }) {
      let directory = directory(name)
      let size = try await context.threads.run { TreeSize.bytes(in: directory) }
      usages.append(.init(name: name, links: links[name] ?? 0, size: size))
    }
    return usages
  }
}
