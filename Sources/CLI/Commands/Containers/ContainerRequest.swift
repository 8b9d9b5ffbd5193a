import Errors
import Glibc
import Messages

/// Turns the options of `run` and `create` into what the engine is asked for.
package struct ContainerRequest {
  private let invocation: Invocation
  private let session: Session

  package init(_ invocation: Invocation, _ session: Session) {
    self.invocation = invocation
    self.session = session
  }

  /// The request, its streams not attached, its image's name not checked.
  ///
  /// - Throws: `CommandFailure.local` or `.engine` in Docker's words about a setting that cannot be.
  package func message() throws -> GantryEngineV1.CreateContainerRequest {
    try refuse()
    var request = GantryEngineV1.CreateContainerRequest(
      name: invocation.string("name") ?? "", image: invocation.arguments[0],
      cmd: Array(invocation.arguments.dropFirst()),
      openStdin: invocation.flag("interactive"), autoRemove: invocation.flag("rm"),
      stopSignal: invocation.string("stop-signal") ?? "",
      stopTimeout: Int32(clamping: invocation.integer("stop-timeout") ?? -1), network: try network(),
      labels: try labels(), logDriver: invocation.string("log-driver") ?? "",
      logOptions: try pairs("log-opt", complaint: "invalid logging opts format (\(invocation.strings("log-opt")))"),
      platform: invocation.string("platform") ?? "")
    if let entrypoint = invocation.string("entrypoint") {
      request.hasEntrypoint = true
      request.entrypoint = [entrypoint]
    }
    var container = try settings()
    try addMounts(to: &container, of: &request)
    request.container = container
    return request
  }

  private func refuse() throws {
    for name in ContainerOptions.refusedNames + ["publish", "publish-all"] where invocation.isSet(name) {
      let remedy = name.hasPrefix("publish") ? "; use --network host to reach the container's ports" : ""
      throw CommandFailure.local("--\(name) is not supported by this version of gantry\(remedy)")
    }
    if let policy = invocation.string("restart"), !["", "no"].contains(policy) {
      guard !invocation.flag("rm") else {
        throw CommandFailure.local("conflicting options: cannot specify both --restart and --rm")
      }
      throw CommandFailure.local("--restart \(policy) is not supported by this version of gantry, only \"no\" is")
    }
    let pull = invocation.string("pull") ?? "missing"
    guard ["always", "missing", "never"].contains(pull) else {
      throw CommandFailure.local(
        "invalid pull option: '\(pull)': must be one of \"always\", \"missing\" or \"never\"")
    }
  }

  private func settings() throws -> GantryRuntimeV1.Container {
    var container = GantryRuntimeV1.Container(
      env: try environment(), workingDirectory: invocation.string("workdir") ?? "",
      user: invocation.string("user") ?? "", additionalGroups: invocation.strings("group-add"),
      hostname: invocation.string("hostname") ?? "", domainname: invocation.string("domainname") ?? "",
      terminal: invocation.flag("tty"), privileged: invocation.flag("privileged"),
      capAdd: invocation.strings("cap-add"), capDrop: invocation.strings("cap-drop"),
      securityOpt: try invocation.strings("security-opt").map { try SecurityOption.resolve($0) },
      readOnlyRootfs: invocation.flag("read-only"))
    container.devices = try invocation.strings("device").map {
      let device = try DeviceSetting($0)
      return .init(
        pathOnHost: device.pathOnHost, pathInContainer: device.pathInContainer, permissions: device.permissions)
    }
    container.ulimits = try invocation.strings("ulimit").map {
      let limit = try UlimitSetting($0)
      return .init(name: limit.name, soft: limit.soft, hard: limit.hard)
    }
    try addNamespaces(to: &container)
    try addLimits(to: &container)
    container.sysctls = try pairs("sysctl", complaint: "invalid sysctl")
    container.annotations = try pairs("annotation", complaint: "invalid annotation")
    container.`init` = invocation.flag("init")
    return container
  }

  private func addNamespaces(to container: inout GantryRuntimeV1.Container) throws {
    func mode(_ option: String, _ kind: String, _ accepted: [String], container: Bool = false) throws -> String {
      let value = invocation.string(option) ?? ""
      guard value.isEmpty || accepted.contains(value) || (container && value.hasPrefix("container:")) else {
        throw CommandFailure.local("--\(option): invalid \(kind) mode")
      }
      return value
    }
    container.pidMode = try mode("pid", "PID", ["host"], container: true)
    container.ipcMode = try mode("ipc", "IPC", ["none", "private", "shareable", "host"], container: true)
    container.utsMode = try mode("uts", "UTS", ["host"])
    container.usernsMode = try mode("userns", "USER", ["host"])
    container.cgroupnsMode = try mode("cgroupns", "CGROUP", ["host", "private"])
  }

  private func addLimits(to container: inout GantryRuntimeV1.Container) throws {
    func bytes(_ option: String) throws -> Int64 { try invocation.string(option).map(ByteCount.parse) ?? 0 }
    container.memoryInBytes = try bytes("memory")
    container.memoryReservationInBytes = try bytes("memory-reservation")
    container.memorySwapInBytes = try invocation.string("memory-swap").map(ByteCount.parseSwap) ?? 0
    container.nanoCpus = try invocation.string("cpus").map(CPUCount.parse) ?? 0
    container.cpuShares = invocation.integer("cpu-shares") ?? 0
    container.cpuPeriod = invocation.integer("cpu-period") ?? 0
    container.cpuQuota = invocation.integer("cpu-quota") ?? 0
    container.cpusetCpus = invocation.string("cpuset-cpus") ?? ""
    container.cpusetMems = invocation.string("cpuset-mems") ?? ""
    container.blkioWeight = UInt32(clamping: invocation.integer("blkio-weight") ?? 0)
    container.pidsLimit = invocation.integer("pids-limit") ?? 0
    container.oomScoreAdj = Int32(clamping: invocation.integer("oom-score-adj") ?? 0)
    container.oomKillDisable = invocation.flag("oom-kill-disable")
    container.shmSizeInBytes = try bytes("shm-size")
  }

  private func addMounts(
    to container: inout GantryRuntimeV1.Container, of request: inout GantryEngineV1.CreateContainerRequest
  ) throws {
    func add(_ setting: MountSetting) {
      switch setting {
      case .bind(let source, let target, let options):
        container.binds.append(.init(source: source, target: target, options: options))
      case .tmpfs(let target, let options): container.tmpfs.append(.init(target: target, options: options))
      case .volume(let target): request.volumes.append(.init(target: target))
      }
    }
    // To Docker both options are sets: the same -v again is the same mount, the last --tmpfs of a target counts.
    let volumes = invocation.strings("volume").reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    for text in volumes { try VolumeSyntax.checkSections(text) }
    do {
      for text in volumes {
        let setting = try VolumeSyntax.parse(text, workingDirectory: session.workingDirectory)
        // As it was written, for `inspect`.
        if case .bind = setting { request.binds.append(text) }
        add(setting)
      }
      for text in invocation.strings("mount") {
        let setting = try MountSyntax(text).setting()
        // Unlike -v, --mount never makes the directory that it is to mount.
        if case .bind(let source, _, _) = setting, access(source, F_OK) != 0 {
          throw GantryError(
            .invalidArgument, "invalid mount config for type \"bind\": bind source path does not exist: \(source)")
        }
        add(setting)
      }
    } catch let error as GantryError {
      // Docker's engine says these, and so the words "from daemon" belong to them.
      throw CommandFailure.engine(error)
    }
    var filesystems: [GantryRuntimeV1.Tmpfs] = []
    for text in invocation.strings("tmpfs") {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      filesystems.removeAll { $0.target == parts[0] }
      filesystems.append(.init(target: parts[0], options: parts.count == 2 ? parts[1] : ""))
    }
    container.tmpfs += filesystems
  }

  private func network() throws -> String {
    let names = Set(invocation.strings("network") + invocation.strings("net"))
    guard !names.contains("") else { throw CommandFailure.local("no name set for network") }
    guard names.count < 2 else {
      // Docker's engine says this, and so the words "from daemon" belong to it.
      throw CommandFailure.engine(
        GantryError(
          .invalidArgument,
          "Container cannot be connected to network endpoints: \(names.sorted().joined(separator: ", "))"))
    }
    return names.first ?? "default"
  }

  private func environment() throws -> [String] {
    var variables: [String] = []
    for path in invocation.strings("env-file") {
      variables += try EnvironmentFile.read(path, environment: session.environment)
    }
    return variables + NameValue.resolving(invocation.strings("env"), session.environment)
  }

  private func labels() throws -> [String: String] {
    var labels: [String: String] = [:]
    for path in invocation.strings("label-file") {
      for line in try EnvironmentFile.read(path, environment: { _ in "" }) {
        let (name, value) = NameValue.split(line)
        labels[name] = value ?? ""
      }
    }
    for text in invocation.strings("label") {
      let (name, value) = NameValue.split(text)
      labels[name] = value ?? ""
    }
    return labels
  }

  private func pairs(_ option: String, complaint: String) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in invocation.strings(option) {
      let (name, value) = NameValue.split(text)
      guard let value, !name.isEmpty else { throw CommandFailure.local("\(complaint): \(text)") }
      pairs[name] = value
    }
    return pairs
  }
}
