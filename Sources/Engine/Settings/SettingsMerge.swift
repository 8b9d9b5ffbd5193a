import Core
import Errors
import Messages
import RuntimeSpec

/// Fills in what the command line left open: from the image, then from the engine's defaults.
package enum SettingsMerge {
  /// The cgroup that those of all containers are in, of every engine on the host.
  package static let cgroupParent = "/gantry"

  /// The settings with nothing left open.
  ///
  /// - Throws: `.invalidArgument` naming the setting that cannot be.
  package static func merge(
    _ request: GantryEngineV1.CreateContainerRequest, image: GantryWorkerV1.ImageConfig, id: String,
    host: HostFacts, configuration: EngineConfiguration = EngineConfiguration()
  ) throws(GantryError) -> GantryEngineV1.CreateContainerRequest {
    var merged = request
    var container = request.container ?? .init()
    (merged.entrypoint, merged.cmd) = command(request, image: image)
    container.args = merged.entrypoint + merged.cmd
    guard !container.args.isEmpty else {
      throw GantryError(
        .invalidArgument, "No command specified: write one after the image's name, its config has none")
    }
    container.id = id
    container.cgroupPath = "\(cgroupParent)/\(id)"
    container.env = environment(container.env, under: image.env)
    if container.user.isEmpty { container.user = image.user }
    if container.workingDirectory.isEmpty { container.workingDirectory = image.workingDirectory }
    merged.labels = image.labels.merging(request.labels) { _, own in own }
    if merged.stopSignal.isEmpty { merged.stopSignal = image.stopSignal }
    if merged.logDriver.isEmpty {
      merged.logDriver = configuration.logDriver
      merged.logOptions = configuration.logOptions.merging(request.logOptions) { $1 }
    }
    let limited = Set(container.ulimits.map(\.name))
    for (name, limit) in configuration.ulimits.sorted(by: { $0.key < $1.key }) where !limited.contains(name) {
      container.ulimits.append(.init(name: name, soft: limit.soft, hard: limit.hard))
    }
    merged.network = request.network.isEmpty ? "default" : request.network
    container.networkMode = runtimeNetworkMode(merged.network)
    if container.hostname.isEmpty, container.utsMode != "host" {
      container.hostname = container.networkMode == "host" ? host.hostname : HexID.short(id)
    }
    if container.ipcMode.isEmpty { container.ipcMode = "private" }
    if container.shmSizeInBytes == 0 { container.shmSizeInBytes = 64 << 20 }
    container.capAdd = container.capAdd.map(capability)
    container.capDrop = container.capDrop.map(capability)
    for index in container.binds.indices {
      container.binds[index].target = ContainerPath.cleaned(container.binds[index].target)
    }
    for index in container.tmpfs.indices {
      container.tmpfs[index].target = ContainerPath.cleaned(container.tmpfs[index].target)
    }
    for index in merged.volumes.indices {
      merged.volumes[index].target = ContainerPath.cleaned(merged.volumes[index].target)
    }
    merged.container = container
    return merged
  }

  private static func command(
    _ request: GantryEngineV1.CreateContainerRequest, image: GantryWorkerV1.ImageConfig
  ) -> (entrypoint: [String], cmd: [String]) {
    // An entry point of one's own, even the empty one, takes the image's command away with its entry point.
    guard !request.hasEntrypoint else { return (request.entrypoint.filter { !$0.isEmpty }, request.cmd) }
    return (image.entrypoint, request.cmd.isEmpty ? image.cmd : request.cmd)
  }

  /// The command line's variables, then those of the image that it does not set.
  private static func environment(_ own: [String], under image: [String]) -> [String] {
    func name(_ variable: String) -> Substring { variable.prefix { $0 != "=" } }
    // Of several of one name the last one counts, where it stands.
    var set: Set<Substring> = []
    let kept = own.reversed().filter { set.insert(name($0)).inserted }
    return kept.reversed().filter { $0.contains("=") } + image.filter { !set.contains(name($0)) }
  }

  /// How the runtime sees a network: "private" is one whose namespace is handed over.
  private static func runtimeNetworkMode(_ network: String) -> String {
    network == "none" || network == "host" ? network : "private"
  }

  private static func capability(_ name: String) -> String {
    let upper = name.uppercased()
    return upper == "ALL" || upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
  }
}
