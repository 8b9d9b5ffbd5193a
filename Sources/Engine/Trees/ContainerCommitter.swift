import Dockerfile
import Errors
import Glibc
import Linux
import Messages

/// Makes an image of a container: its image's layers, and what it changed as one layer more.
package struct ContainerCommitter: Sendable {
  /// Digest of a tar with nothing in it.
  private static let emptyLayer = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

  let context: EngineContext
  let collector: GarbageCollector
  let control: ContainerControl

  package init(_ context: EngineContext, collector: GarbageCollector, control: ContainerControl) {
    self.context = context
    self.collector = collector
    self.control = control
  }

  /// - Returns: the image's id.
  /// - Throws: `.notFound` for a container there is none of, `.invalidArgument` for a name or an instruction that is
  ///   none.
  package func commit(_ request: GantryEngineV1.CommitContainerRequest) async throws -> String {
    let container = try context.registry.find(request.container)
    let name = try request.name.isEmpty ? nil : NormalName.toGive(request.name)
    let record = container.record
    let base: ImageRecord
    do { base = try await ImageStore(context).find(record.imageID) } catch let error as GantryError {
      throw error.code == .notFound
        ? GantryError(
          .notFound, "the image of container \(HexID.short(record.id)) is gone: it cannot be committed, only exported")
        : error
    }
    let run = ContainerConfig(record, image: base.settings)
    let settings = try run.committed(with: ConfigChanges(request.changes))
    let isPaused = record.lifecycle.isRunning && !record.lifecycle.isPaused && !request.noPause
    if isPaused { try await control.pause(container) }
    let outcome = await Result {
      try await LeasedStaging.with(context, collector, "commit") { staged in
        try await make(request, container, base, run, settings, name: name, staged)
      }
    }
    if isPaused {
      do { try await control.unpause(container) } catch {
        context.log.warning("container \(container.id) is not unpaused after its commit: \(error)")
      }
    }
    let image: ImageRecord
    do { image = try outcome.get() } catch {
      throw context.paths.namingTheDisk(error, "container \(HexID.short(container.id)) cannot be committed")
    }
    var attributes = record.eventAttributes
    attributes["imageID"] = image.id
    attributes["imageRef"] = name ?? ""
    attributes["comment"] = request.message
    if let name { ImageStore(context).publish("tag", image, name: name) }
    context.events.publish("container", "commit", id: container.id, attributes)
    return image.id
  }

  private func make(
    _ request: GantryEngineV1.CommitContainerRequest, _ container: Container, _ base: ImageRecord,
    _ run: ContainerConfig, _ settings: GantryWorkerV1.ImageConfig, name: String?, _ staged: LeasedStaging
  ) async throws -> ImageRecord {
    let file = try await context.threads.run {
      try staged.directory.open("layer", O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    }
    let written = try await ContainerTreeReader(context).writeLayer(container, to: file)
    guard let blob = written.blob, HexID.isDigest(blob.digest) else {
      throw GantryError(.internal, "the layer of container \(HexID.short(container.id)) was written without a digest")
    }
    let isEmpty = written.diffId == Self.emptyLayer
    if !isEmpty {
      try await context.threads.run {
        try file.synchronize()
        try staged.directory.rename("layer", to: String(blob.digest.dropFirst(7)))
      }
    }
    let now = Moment.now.rfc3339
    let description = base.description
    let document = GantryWorkerV1.ComposeImageRequest(
      history: .init(
        created: now, createdBy: container.record.settings.cmd.joined(separator: " "), author: request.author,
        comment: request.message, emptyLayer: isEmpty),
      settings: settings, architecture: description.architecture, os: description.os, variant: description.variant,
      author: request.author, comment: request.message, created: now, container: container.id,
      containerConfig: run.settings)
    let maker = ImageMaker(context, collector: collector, lease: staged.lease, staging: staged.directory)
    return try await maker.make(
      on: base, layer: isEmpty ? nil : .init(blob: blob, diffID: written.diffId), document, name: name
    ).image
  }
}
