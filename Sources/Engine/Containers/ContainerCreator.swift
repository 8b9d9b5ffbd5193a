import AsyncServices
import Core
import Database
import Errors
import Glibc
import ImageSpec
import Linux
import Messages

/// Makes containers: settings, name, record, snapshot.
package struct ContainerCreator: Sendable {
  let context: EngineContext
  let networks: NetworkManager
  let collector: GarbageCollector

  package init(_ context: EngineContext, networks: NetworkManager, collector: GarbageCollector) {
    self.context = context
    self.networks = networks
    self.collector = collector
  }

  /// - Throws: `.invalidArgument` naming the setting that cannot be, `.notFound` for an unknown image or
  ///   network, `.alreadyExists` where the name is taken.
  package func create(
    _ request: GantryEngineV1.CreateContainerRequest
  ) async throws -> GantryEngineV1.CreateContainerResponse {
    let id = HexID.random()
    let wanted = try request.name.isEmpty ? nil : ContainerName.checked(request.name)
    try SettingsCheck.checkConflicts(request)
    let image = try await image(request.image, platform: request.platform)
    var settings = try SettingsMerge.merge(
      request, image: image.settings, id: id, host: context.host, configuration: context.configuration)
    settings.volumes = VolumeStore.volumes(of: settings, image: image.settings)
    let warnings = SettingsWarnings.take(
      from: &settings, image: image.platform, isPlatformAsked: !request.platform.isEmpty,
      host: context.host)
    try SettingsCheck.check(settings, host: context.host)
    // Most containers are started as soon as they are there.
    if try networks.find(settings.network).driver != "host" { context.namespaces.prepare() }
    try await makeBindSources(settings.container?.binds ?? [])
    let name = try reserve(wanted, id: id)
    let record = ContainerRecord(
      id: id, name: name, imageID: image.id, created: .now, settings: settings, lifecycle: .creating,
      restartCount: 0, endpoint: nil)
    do {
      try await VolumeStore(context).make(record.settings.volumes)
      try await make(record, image: image)
    } catch {
      await VolumeStore(context).removeAnonymous(record.settings.volumes)
      context.registry.release(name: name, of: id)
      throw context.paths.namingTheDisk(error, "container \(name) cannot be made")
    }
    return .init(id: id, warnings: warnings)
  }

  private func image(_ text: String, platform: String) async throws -> ImageRecord {
    do {
      let image = try await ImageStore(context).find(text)
      guard !platform.isEmpty else { return image }
      let (wanted, actual) = (try Platform(parsing: platform), image.platform)
      guard wanted.distance(to: actual) == nil else { return image }
      throw GantryError(
        .failedPrecondition,
        "image with reference \(text) was found but does not match the specified platform: "
          + "wanted \(wanted.description), actual: \(actual.description)")
    } catch let error as GantryError where error.code == .notFound {
      throw GantryError(
        .notFound, "\(error.message); bring it in with \"gantry pull \(text)\"", cause: .error(error))
    }
  }

  private func reserve(_ wanted: String?, id: String) throws(GantryError) -> String {
    if let wanted {
      try context.registry.reserve(name: wanted, for: id)
      return wanted
    }
    for attempt in 0..<64 {
      let name = NameGenerator.random(attempt: attempt)
      if (try? context.registry.reserve(name: name, for: id)) != nil { return name }
    }
    let name = HexID.short(id)
    try context.registry.reserve(name: name, for: id)
    return name
  }

  private func make(_ record: ContainerRecord, image: ImageRecord) async throws {
    let container = Container(record)
    try await context.database.transaction { transaction in
      guard try ImageTable(transaction).find(id: image.id) != nil else {
        throw GantryError(.notFound, "No such image: \(record.settings.image)")
      }
      try ContainerTable(transaction).insert(record)
    }
    do {
      try await context.failpoints.pass("create.recorded")
      let mounts = try await prepareStorage(record, image: image)
      try await context.failpoints.pass("create.prepared")
      var prepared = record
      prepared.lifecycle = try record.lifecycle.prepared(id: record.id)
      let final = prepared
      try await context.database.transaction { try ContainerTable($0).update(final) }
      container.update {
        $0.record = final
        $0.mounts = mounts
      }
    } catch {
      await ContainerRemover(context, networks: networks).undoCreation(record)
      throw error
    }
    context.registry.add(container)
    context.events.publish("container", "create", id: record.id, record.eventAttributes)
  }

  private func prepareStorage(
    _ record: ContainerRecord, image: ImageRecord
  ) async throws -> [ContainerdTypes.Mount] {
    let directory = context.paths.files(of: record.id).directory
    let (mounts, _) = try await concurrently {
      try await prepareSnapshot(record, image: image)
    } _: {
      try await context.threads.run { try Directory.create(directory, mode: 0o710) }
    }
    return mounts
  }

  /// An image that was only fetched, or that another snapshotter had unpacked, is unpacked first.
  private func prepareSnapshot(
    _ record: ContainerRecord, image: ImageRecord
  ) async throws -> [ContainerdTypes.Mount] {
    // What goes with its exit is gone after a crash of the machine, too: at its end nobody waits for the disk.
    let labels = record.settings.autoRemove ? [ContainerdServicesSnapshotsV1.volatileLabel: "true"] : [:]
    let request = ContainerdServicesSnapshotsV1.PrepareSnapshotRequest(
      snapshotter: context.backends.snapshotterName, key: record.snapshotKey, parent: image.chain.last ?? "",
      labels: labels)
    func prepare() async throws -> [ContainerdTypes.Mount] {
      try await context.backends.snapshots.prepare(request, options: .init(timeout: .seconds(60))).mounts
    }
    do {
      return try await prepare()
    } catch let error as GantryError where error.code == .notFound {
      try await ImageUnpacker(context, collector: collector).unpack(image) { _ in }
      return try await prepare()
    }
  }

  /// Directories that `-v` names and the host does not have are made, as Docker does.
  private func makeBindSources(_ binds: [GantryRuntimeV1.Bind]) async throws {
    let missing = binds.map(\.source).filter { access($0, F_OK) != 0 }
    guard !missing.isEmpty else { return }
    try await context.threads.run {
      for source in missing { try Directory.create(source, mode: 0o755) }
    }
  }
}
