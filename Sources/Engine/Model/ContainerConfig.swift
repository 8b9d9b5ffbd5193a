import Dockerfile
import Errors
import Messages

/// What a container was made of, as an image's settings have it: the command line's and, where it was silent, the
/// image's. Docker calls it the container's config.
struct ContainerConfig: Sendable {
  let settings: GantryWorkerV1.ImageConfig

  init(_ record: ContainerRecord, image: GantryWorkerV1.ImageConfig) {
    let (settings, runtime) = (record.settings, record.runtime)
    var config = image
    config.user = runtime.user
    config.env = runtime.env
    config.entrypoint = settings.entrypoint
    config.cmd = settings.cmd
    config.argsEscaped = image.argsEscaped && !settings.hasEntrypoint && settings.cmd == image.cmd
    config.workingDirectory = runtime.workingDirectory
    config.labels = settings.labels
    config.stopSignal = settings.stopSignal
    config.hostname = runtime.hostname
    config.domainname = runtime.domainname
    config.volumes = Set(image.volumes + settings.anonymousVolumes).sorted()
    config.image = settings.image
    // These are for builds on the image, and the address was another container's.
    config.onBuild = []
    config.shell = []
    config.macAddress = ""
    config.attachStdin = settings.attachStdin
    config.attachStdout = settings.attachStdout
    config.attachStderr = settings.attachStderr
    config.tty = runtime.terminal
    config.openStdin = settings.openStdin
    config.stdinOnce = settings.stdinOnce
    config.hasStopTimeout = settings.stopTimeout >= 0
    config.stopTimeout = max(0, Int64(settings.stopTimeout))
    let inherited = settings.hasEntrypoint ? ["Env", "Volumes"] : ["Env", "Volumes", "Entrypoint", "Cmd"]
    config.emptyMembers = image.emptyMembers.filter(inherited.contains) + ["Labels"]
    self.settings = config
  }

  /// The settings of an image made of the container.
  ///
  /// - Throws: `.invalidArgument` naming the instruction that is wrong.
  func committed(with changes: ConfigChanges) throws(GantryError) -> GantryWorkerV1.ImageConfig {
    var merged = try changes.checked(appliedTo: settings)
    // An entry point takes the command away that was there before; one that runs nothing at all is none.
    if changes.setEntrypoint, !changes.setCommand { merged.cmd = [] }
    if merged.entrypoint.isEmpty, merged.cmd.isEmpty {
      merged.cmd = settings.cmd
      merged.argsEscaped = settings.argsEscaped
    }
    return merged
  }
}
