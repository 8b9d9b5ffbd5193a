import ImageSpec
import Messages

extension GantryWorkerV1.Blob {
  init(_ descriptor: Descriptor) {
    self.init(
      mediaType: descriptor.mediaType.rawValue, digest: descriptor.digest.description, size: descriptor.size)
  }
}

extension GantryWorkerV1.Image {
  init(_ resolved: ImageResolver.Resolved) {
    let configuration = resolved.configuration
    self.init(
      manifest: resolved.manifest.blob, config: resolved.config.blob, layers: resolved.layers.map { .init($0) },
      diffIds: configuration.diffIDs.map(\.description), architecture: configuration.platform.architecture,
      os: configuration.platform.os, variant: configuration.platform.variant,
      settings: .init(configuration.settings), created: configuration.created ?? "")
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
