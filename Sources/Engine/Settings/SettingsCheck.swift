import Core
import Errors
import Linux
import Messages
import RuntimeSpec

/// Refuses settings that no runtime could meet, in Docker's words where it has some.
package enum SettingsCheck {
  /// - Throws: `.invalidArgument` with a sentence that names the setting.
  package static func check(
    _ settings: GantryEngineV1.CreateContainerRequest, host: HostFacts
  ) throws(GantryError) {
    let container = settings.container ?? .init()
    try checkMemory(container)
    try checkProcessors(container, host: host)
    if !settings.stopSignal.isEmpty { _ = try SignalNumber.of(settings.stopSignal) }
    if !container.workingDirectory.isEmpty, !container.workingDirectory.hasPrefix("/") {
      throw invalid(
        "the working directory '\(container.workingDirectory)' is invalid, it needs to be an absolute path")
    }
    for variable in container.env where variable.hasPrefix("=") || variable.contains("\0") {
      throw invalid("invalid environment variable: \(variable)")
    }
    guard ["json-file", "none"].contains(settings.logDriver) else {
      throw invalid(
        "logger: no log driver named '\(settings.logDriver)' is registered; there are json-file and none")
    }
    try LogOptionCheck.check(settings.logOptions)
    for limit in container.ulimits where limit.hard != -1 && (limit.soft == -1 || limit.soft > limit.hard) {
      throw invalid(
        "ulimit \(limit.name): soft limit \(limit.soft) must be less than or equal to hard limit \(limit.hard)")
    }
    try checkMounts(container, volumes: settings.volumes)
    _ = try CapabilityName.normalized(container.capAdd, "CapAdd")
    _ = try CapabilityName.normalized(container.capDrop, "CapDrop")
    if !(-1000...1000).contains(container.oomScoreAdj) {
      throw invalid("Invalid value \(container.oomScoreAdj), range for oom score adj is [-1000, 1000]")
    }
    if container.utf8Fields.contains(where: { $0.utf8.contains(0) }) {
      throw invalid("arguments, names and paths must not hold a zero byte")
    }
  }

  /// Refuses what a person cannot have asked for at once; what the image and the configuration add is not in it yet.
  ///
  /// - Throws: `.invalidArgument` in Docker's words.
  package static func checkConflicts(_ request: GantryEngineV1.CreateContainerRequest) throws(GantryError) {
    if let container = request.container, container.utsMode == "host", !container.hostname.isEmpty {
      throw invalid("conflicting options: hostname and the UTS mode")
    }
    if request.logDriver == "none", !request.logOptions.isEmpty {
      throw invalid("invalid logging opts for driver none")
    }
  }

  private static func invalid(_ message: String) -> GantryError { GantryError(.invalidArgument, message) }

  private static func checkMemory(_ container: GantryRuntimeV1.Container) throws(GantryError) {
    let memory = container.memoryInBytes
    let swap = container.memorySwapInBytes
    if memory != 0, memory < 6 << 20 { throw invalid("Minimum memory limit allowed is 6MB") }
    if memory > 0, swap > 0, swap < memory {
      throw invalid("Minimum memoryswap limit should be larger than memory limit, see usage")
    }
    if memory == 0, swap > 0 {
      throw invalid("You should always set the Memory limit when using Memoryswap limit, see usage")
    }
    if memory > 0, container.memoryReservationInBytes > memory {
      throw invalid("Minimum memory limit can not be less than memory reservation limit, see usage")
    }
    if container.shmSizeInBytes < 0 { throw invalid("SHM size can not be less than 0") }
  }

  private static func checkProcessors(
    _ container: GantryRuntimeV1.Container, host: HostFacts
  ) throws(GantryError) {
    let limit = Int64(host.processors) * 1_000_000_000
    if container.nanoCpus < 0 || container.nanoCpus > limit {
      throw invalid(
        """
        Range of CPUs is from 0.01 to \(host.processors).00, as there are only \(host.processors) CPUs available
        """)
    }
    if container.cpuShares != 0, !(2...262_144).contains(container.cpuShares) {
      let isLess = container.cpuShares < 2
      throw invalid("the \(isLess ? "minimum" : "maximum") allowed cpu-shares is \(isLess ? 2 : 262_144)")
    }
    if container.nanoCpus > 0, container.cpuPeriod > 0 || container.cpuQuota > 0 {
      throw invalid("Conflicting options: Nano CPUs and CPU Period or Quota cannot both be set.")
    }
    if container.cpuPeriod != 0, !(1000...1_000_000).contains(container.cpuPeriod) {
      throw invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")
    }
    if container.cpuQuota > 0, container.cpuQuota < 1000 {
      throw invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)")
    }
    try checkSubset(container.cpusetCpus, of: host.cpus, "cpuset cpus", "CPUs")
    try checkSubset(container.cpusetMems, of: host.memoryNodes, "cpuset mems", "memory nodes")
    if container.blkioWeight != 0, !(10...1000).contains(container.blkioWeight) {
      throw invalid("Range of blkio weight is from 10 to 1000")
    }
  }

  private static func checkSubset(
    _ text: String, of available: IndexSet?, _ setting: String, _ what: String
  ) throws(GantryError) {
    guard let wanted = IndexSet(text) else {
      throw invalid("Invalid value \(text) for \(setting): invalid format: \(text)")
    }
    guard let available, !available.contains(wanted) else { return }
    throw invalid("Requested \(what) are not available - requested \(text), available: \(available)")
  }

  private static func checkMounts(
    _ container: GantryRuntimeV1.Container, volumes: [GantryEngineV1.VolumeMount]
  ) throws(GantryError) {
    var targets: Set<String> = []
    for target in container.binds.map(\.target) + container.tmpfs.map(\.target) + volumes.map(\.target) {
      guard target.hasPrefix("/") else {
        throw invalid("invalid mount path: '\(target)' mount path must be absolute")
      }
      guard target != "/" else { throw invalid("invalid specification: destination can't be '/'") }
      guard targets.insert(target).inserted else { throw invalid("Duplicate mount point: \(target)") }
    }
    for bind in container.binds where !bind.source.hasPrefix("/") {
      throw invalid(
        """
        create \(bind.source): "\(bind.source)" includes invalid characters for a local volume name, only \
        "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path
        """)
    }
  }
}

extension GantryRuntimeV1.Container {
  /// Texts that end up as C strings.
  fileprivate var utf8Fields: [String] {
    args + env + [workingDirectory, user, hostname, domainname] + binds.flatMap { [$0.source, $0.target] }
  }
}
