import Errors
import ImageSpec
import JSON
import Messages

extension GantryWorkerV1.Image {
  /// What a configuration says, with the blobs that the image is made of.
  package init(
    _ configuration: ImageConfig, names: [String] = [], manifest: GantryWorkerV1.Blob, config: GantryWorkerV1.Blob,
    layers: [GantryWorkerV1.Blob]
  ) {
    self.init(
      names: names, manifest: manifest, config: config, layers: layers,
      diffIds: configuration.diffIDs.map(\.description), architecture: configuration.platform.architecture,
      os: configuration.platform.os, variant: configuration.variant,
      settings: .init(configuration.settings), created: configuration.created ?? "", author: configuration.author,
      comment: configuration.comment, dockerVersion: configuration.dockerVersion, osVersion: configuration.osVersion,
      history: configuration.history.map { .init($0) }, container: configuration.container,
      containerConfig: configuration.containerConfig.map { .init($0) })
  }
}

extension GantryWorkerV1.HistoryEntry {
  package init(_ entry: HistoryEntry) {
    self.init(
      created: entry.created ?? "", createdBy: entry.createdBy, author: entry.author, comment: entry.comment,
      emptyLayer: entry.isEmptyLayer)
  }
}

extension HistoryEntry {
  package init(_ entry: GantryWorkerV1.HistoryEntry) {
    self.init(
      created: entry.created.isEmpty ? nil : entry.created, createdBy: entry.createdBy, author: entry.author,
      comment: entry.comment, isEmptyLayer: entry.emptyLayer)
  }
}

extension GantryWorkerV1.ImageConfig {
  package init(_ settings: ContainerSettings) {
    self.init(
      user: settings.user, env: settings.environment, entrypoint: settings.entrypoint, cmd: settings.command,
      workingDirectory: settings.workingDirectory, labels: settings.labels, volumes: settings.volumes,
      exposedPorts: settings.exposedPorts, stopSignal: settings.stopSignal, argsEscaped: settings.argumentsEscaped,
      shell: settings.shell, healthcheck: settings.healthcheck?.serialized() ?? [], onBuild: settings.onBuild,
      hostname: settings.hostname, domainname: settings.domainname, image: settings.image,
      attachStdin: settings.docker.attachStdin, attachStdout: settings.docker.attachStdout,
      attachStderr: settings.docker.attachStderr, tty: settings.docker.tty, openStdin: settings.docker.openStdin,
      stdinOnce: settings.docker.stdinOnce, stopTimeout: settings.docker.stopTimeout ?? 0,
      hasStopTimeout: settings.docker.stopTimeout != nil, macAddress: settings.docker.macAddress,
      emptyMembers: settings.emptyMembers.sorted())
  }
}

extension ContainerSettings {
  /// - Throws: `.invalidArgument` where the health check is no JSON.
  package init(_ config: GantryWorkerV1.ImageConfig) throws(GantryError) {
    self.init()
    user = config.user
    environment = config.env
    entrypoint = config.entrypoint
    command = config.cmd
    workingDirectory = config.workingDirectory
    labels = config.labels
    volumes = config.volumes
    exposedPorts = config.exposedPorts
    stopSignal = config.stopSignal
    argumentsEscaped = config.argsEscaped
    shell = config.shell
    if !config.healthcheck.isEmpty { healthcheck = try JSONValue(parsing: config.healthcheck) }
    onBuild = config.onBuild
    hostname = config.hostname
    domainname = config.domainname
    image = config.image
    emptyMembers = Set(config.emptyMembers)
    docker.attachStdin = config.attachStdin
    docker.attachStdout = config.attachStdout
    docker.attachStderr = config.attachStderr
    docker.tty = config.tty
    docker.openStdin = config.openStdin
    docker.stdinOnce = config.stdinOnce
    docker.stopTimeout = config.hasStopTimeout ? config.stopTimeout : nil
    docker.macAddress = config.macAddress
  }
}
