import Archive
import Digests
import ImageSpec
import Messages

extension GantryWorkerV1.ReadArchiveResult {
  init(_ result: ImageArchiveReader.Result) {
    self.init(images: result.images.map { .init($0) }, blobs: result.blobs.map { .init($0) })
  }
}

extension GantryWorkerV1.Blob {
  init(_ blob: StagedBlob) {
    self.init(mediaType: blob.mediaType.rawValue, digest: blob.digest.description, size: blob.size)
  }
}

extension GantryWorkerV1.Image {
  init(_ image: ArchivedImage) {
    let configuration = image.configuration
    self.init(
      names: image.names, manifest: .init(image.manifest), config: .init(image.config),
      layers: image.layers.map { .init($0) }, diffIds: configuration.diffIDs.map(\.description),
      architecture: configuration.platform.architecture, os: configuration.platform.os,
      variant: configuration.platform.variant, settings: .init(configuration.settings),
      created: configuration.created ?? "")
  }
}

extension GantryWorkerV1.ImageConfig {
  init(_ settings: ContainerSettings) {
    self.init(
      user: settings.user, env: settings.environment, entrypoint: settings.entrypoint, cmd: settings.command,
      workingDirectory: settings.workingDirectory, labels: settings.labels, volumes: settings.volumes,
      exposedPorts: settings.exposedPorts, stopSignal: settings.stopSignal, argsEscaped: settings.argumentsEscaped,
      shell: settings.shell, healthcheck: settings.healthcheck?.serialized() ?? [], onBuild: settings.onBuild)
  }
}
