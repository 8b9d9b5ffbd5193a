import Errors
import JSON
import Messages
import RuntimeSpec

/// From a container's settings to its OCI specification, as Docker 20.10 makes it.
struct SpecBuilder {
  typealias Container = GantryRuntimeV1.Container

  let container: Container
  let host: HostFacts
  let initPath: String

  /// - Throws: `.invalidArgument` that names the setting, `.notFound` for a command without a name,
  ///   `.failedPrecondition` for what the host does not allow.
  func specification() throws(GantryError) -> Specification {
    let security = try SecurityOptions(container.securityOpt)
    let capabilities = try Capabilities.granted(
      adding: container.capAdd, dropping: container.capDrop, privileged: container.privileged, held: host.capabilities)
    let mounts = try Mounts(container: container, initPath: initPath, mountTable: host.mounts).all()
    let (devices, rules) = try DeviceAccess.settings(container)
    let showsAll = container.privileged || security.unconfinedSystemPaths
    return Specification(
      process: try process(capabilities, security),
      root: RootSpec(readonly: container.readOnlyRootfs),
      hostname: try hostname(),
      mounts: mounts,
      annotations: annotations(),
      linux: LinuxSpec(
        sysctl: try Sysctls.settings(container),
        resources: try ResourceSettings(container: container, host: host).resources(devices: rules),
        cgroupsPath: container.cgroupPath,
        namespaces: try Namespaces.own(container, layout: host.cgroupLayout),
        devices: devices,
        seccomp: try seccomp(security, capabilities),
        rootfsPropagation: Mounts.rootPropagation(mounts),
        maskedPaths: showsAll ? [] : SystemPaths.masked,
        readonlyPaths: showsAll ? [] : SystemPaths.readOnly))
  }

  private func process(_ capabilities: [String], _ security: SecurityOptions) throws(GantryError) -> ProcessSpec {
    guard let command = container.args.first else {
      throw GantryError(.invalidArgument, "No command specified")
    }
    guard !command.isEmpty else { throw GantryError(.notFound, "exec: \"\": executable file not found in $PATH") }
    guard container.workingDirectory.isEmpty || container.workingDirectory.hasPrefix("/") else {
      throw GantryError(
        .invalidArgument,
        "the working directory '\(container.workingDirectory)' is invalid, it needs to be an absolute path")
    }
    guard (-1000...1000).contains(container.oomScoreAdj) else {
      throw GantryError(
        .invalidArgument, "Invalid value \(container.oomScoreAdj), range for oom score adj is [-1000, 1000]")
    }
    guard container.shmSizeInBytes >= 0 else {
      throw GantryError(.invalidArgument, "SHM size can not be less than 0")
    }
    let user = UserName(container.user)
    var base = [EnvironmentVariables.path]
    if !container.hostname.isEmpty { base.append("HOSTNAME=\(container.hostname)") }
    if container.terminal { base.append("TERM=xterm") }
    return ProcessSpec(
      terminal: container.terminal,
      consoleSize: ConsoleSize(width: container.consoleWidth, height: container.consoleHeight),
      user: user.numbers,
      args: container.usesInit ? [Mounts.initTarget, "--"] + container.args : container.args,
      env: EnvironmentVariables.merged(base, container.env),
      cwd: container.workingDirectory.isEmpty ? "/" : container.workingDirectory,
      capabilities: CapabilitySets(capabilities, isRoot: user.isRoot),
      rlimits: try Rlimits.limits(container.ulimits),
      noNewPrivileges: security.noNewPrivileges,
      apparmorProfile: host.hasAppArmor && security.appArmor != "unconfined" ? security.appArmor ?? "" : "",
      oomScoreAdj: container.oomScoreAdj == 0 ? nil : container.oomScoreAdj)
  }

  private func hostname() throws(GantryError) -> String {
    guard container.hostname.utf8.count <= 64 else {
      throw GantryError(.invalidArgument, "invalid hostname '\(container.hostname)': the kernel takes 64 bytes at most")
    }
    guard container.utsMode == "host" else { return container.hostname }
    return ""
  }

  private func annotations() -> [String: String] {
    var annotations = container.annotations
    annotations[Annotations.user] = container.user
    if !container.additionalGroups.isEmpty {
      annotations[Annotations.groups] = container.additionalGroups.joined(separator: ",")
    }
    return annotations
  }

  private func seccomp(_ security: SecurityOptions, _ capabilities: [String]) throws(GantryError) -> SeccompSpec? {
    if container.privileged { return nil }
    let profile: SeccompProfile
    switch security.seccomp {
    case .unconfined: return nil
    case .docker: profile = .docker
    case .profile(let text): profile = try SeccompProfile(parsing: text)
    }
    return profile.filter(capabilities: capabilities, host: host)
  }
}

extension CapabilitySets {
  /// As Docker sets them: a process that is not root has none itself, and none that it could inherit.
  init(_ names: [String], isRoot: Bool) {
    self.init(bounding: names, effective: isRoot ? names : [], permitted: isRoot ? names : [])
  }
}

extension ConsoleSize {
  /// nil where nobody said how large.
  init?(width: UInt32, height: UInt32) {
    guard width > 0, height > 0 else { return nil }
    self.init(height: UInt16(clamping: height), width: UInt16(clamping: width))
  }
}
