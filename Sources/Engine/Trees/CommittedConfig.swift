import Dockerfile
import Errors
import Messages

/// The settings of an image made of a container: the instructions given, and the container's own where they are silent.
struct CommittedConfig: Sendable {
  /// What the container was made of.
  let config: GantryWorkerV1.ImageConfig

  init(_ record: ContainerRecord, image: GantryWorkerV1.ImageConfig) {
    let (settings, runtime) = (record.settings, record.runtime)
    var config = image
    config.user = runtime.user
    config.env = runtime.env
    config.entrypoint = settings.entrypoint
    config.cmd = settings.cmd
    config.workingDirectory = runtime.workingDirectory
    config.labels = settings.labels
    config.stopSignal = settings.stopSignal
    config.hostname = runtime.hostname
    config.domainname = runtime.domainname
    config.volumes = Set(image.volumes + settings.anonymousVolumes).sorted()
    config.image = settings.image
    // These are for builds on the image; a container does not take them over.
    config.onBuild = []
    config.shell = []
    config.attachStdin = settings.attachStdin
    config.attachStdout = settings.attachStdout
    config.attachStderr = settings.attachStderr
    config.tty = runtime.terminal
    config.openStdin = settings.openStdin
    config.stdinOnce = settings.stdinOnce
    config.hasStopTimeout = settings.stopTimeout >= 0
    config.stopTimeout = max(0, Int64(settings.stopTimeout))
    self.config = config
  }

  /// - Throws: `.invalidArgument` naming the instruction that is wrong.
  func settings(with changes: ConfigChanges) throws(GantryError) -> GantryWorkerV1.ImageConfig {
    // Variables in the instructions are the container's.
    var merged = try changes.checked(appliedTo: .init(env: config.env))
    if merged.user.isEmpty { merged.user = config.user }
    merged.labels.merge(config.labels) { own, _ in own }
    if !changes.setEntrypoint { merged.entrypoint = config.entrypoint }
    // An entry point takes the command away that was there before; one that runs nothing at all is none.
    let keepsCommand = !changes.setCommand && !changes.setEntrypoint
    if keepsCommand || merged.entrypoint.isEmpty && merged.cmd.isEmpty {
      merged.cmd = config.cmd
      merged.argsEscaped = config.argsEscaped
    }
    if merged.healthcheck.isEmpty { merged.healthcheck = config.healthcheck }
    if merged.workingDirectory.isEmpty { merged.workingDirectory = config.workingDirectory }
    merged.volumes = Set(merged.volumes + config.volumes).sorted()
    merged.exposedPorts = Set(merged.exposedPorts + config.exposedPorts).sorted()
    if merged.stopSignal.isEmpty { merged.stopSignal = config.stopSignal }
    return merged
  }
}
