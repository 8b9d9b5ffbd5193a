import JSON
import Messages
import RuntimeSpec

extension ContainerInspect {
  /// Paths that Docker hides from a container, and paths it may only read.
  private static let maskedPaths = [
    "/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
    "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
  ]
  private static let readOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

  var hostConfig: JSONValue {
    let settings = record.settings
    let runtime = record.runtime
    var object = JSONObject([
      ("Binds", .stringsOrNull(settings.binds)),
      ("ContainerIDFile", ""),
      ("LogConfig", ["Type": .string(settings.logDriver), "Config": .map(settings.logOptions)]),
      ("NetworkMode", .string(settings.network)),
      ("PortBindings", [:]),
      ("RestartPolicy", ["Name": "no", "MaximumRetryCount": 0]),
      ("AutoRemove", .bool(settings.autoRemove)),
      ("VolumeDriver", ""),
      ("VolumesFrom", .null),
      ("CapAdd", .stringsOrNull(runtime.capAdd)),
      ("CapDrop", .stringsOrNull(runtime.capDrop)),
      ("CgroupnsMode", .string(cgroupNamespace)),
      ("Dns", []),
      ("DnsOptions", []),
      ("DnsSearch", []),
      ("ExtraHosts", .null),
      ("GroupAdd", .stringsOrNull(runtime.additionalGroups)),
      ("IpcMode", .string(runtime.ipcMode)),
      ("Cgroup", ""),
      ("Links", .null),
      ("OomScoreAdj", .integer(Int64(runtime.oomScoreAdj))),
      ("PidMode", .string(runtime.pidMode)),
      ("Privileged", .bool(runtime.privileged)),
      ("PublishAllPorts", false),
      ("ReadonlyRootfs", .bool(runtime.readOnlyRootfs)),
      ("SecurityOpt", .stringsOrNull(runtime.securityOpt)),
    ])
    if !runtime.tmpfs.isEmpty {
      object["Tmpfs"] = .map(Dictionary(runtime.tmpfs.map { ($0.target, $0.options) }) { $1 })
    }
    object["UTSMode"] = .string(runtime.utsMode)
    object["UsernsMode"] = .string(runtime.usernsMode)
    object["ShmSize"] = .integer(runtime.shmSizeInBytes)
    if !runtime.sysctls.isEmpty { object["Sysctls"] = .map(runtime.sysctls) }
    object["Runtime"] = .string(runtimeName)
    object["ConsoleSize"] = [.integer(Int64(runtime.consoleHeight)), .integer(Int64(runtime.consoleWidth))]
    object["Isolation"] = ""
    addResources(to: &object)
    let mounted = mountedBinds
    if !mounted.isEmpty { object["Mounts"] = .array(mounted.map(Self.mount)) }
    object["MaskedPaths"] = runtime.privileged ? .null : .strings(Self.maskedPaths)
    object["ReadonlyPaths"] = runtime.privileged ? .null : .strings(Self.readOnlyPaths)
    if runtime.`init` { object["Init"] = true }
    return .object(object)
  }

  /// What `--mount` binds: `-v` is in `Binds`.
  private var mountedBinds: [GantryRuntimeV1.Bind] {
    let targets = Set(
      record.settings.binds.compactMap { text -> String? in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 1 ? ContainerPath.cleaned(String(parts[1])) : nil
      })
    return record.runtime.binds.filter { !targets.contains(ContainerPath.cleaned($0.target)) }
  }

  private static func mount(_ bind: GantryRuntimeV1.Bind) -> JSONValue {
    var object = JSONObject([
      ("Type", "bind"), ("Source", .string(bind.source)), ("Target", .string(bind.target)),
    ])
    if bind.options.contains("ro") { object["ReadOnly"] = true }
    let propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"]
    if let propagation = bind.options.first(where: propagations.contains), propagation != "rprivate" {
      object["BindOptions"] = ["Propagation": .string(propagation)]
    }
    return .object(object)
  }

  private var cgroupNamespace: String {
    let mode = record.runtime.cgroupnsMode
    return mode.isEmpty ? (usesCgroupV2 ? "private" : "host") : mode
  }

  private func addResources(to object: inout JSONObject) {
    let runtime = record.runtime
    let members: [(String, JSONValue)] = [
      ("CpuShares", .integer(runtime.cpuShares)),
      ("Memory", .integer(runtime.memoryInBytes)),
      ("NanoCpus", .integer(runtime.nanoCpus)),
      ("CgroupParent", ""),
      ("BlkioWeight", .integer(Int64(runtime.blkioWeight))),
      ("BlkioWeightDevice", []),
      ("BlkioDeviceReadBps", []),
      ("BlkioDeviceWriteBps", []),
      ("BlkioDeviceReadIOps", []),
      ("BlkioDeviceWriteIOps", []),
      ("CpuPeriod", .integer(runtime.cpuPeriod)),
      ("CpuQuota", .integer(runtime.cpuQuota)),
      ("CpuRealtimePeriod", 0),
      ("CpuRealtimeRuntime", 0),
      ("CpusetCpus", .string(runtime.cpusetCpus)),
      ("CpusetMems", .string(runtime.cpusetMems)),
      ("Devices", .array(runtime.devices.map(Self.device))),
      ("DeviceCgroupRules", .null),
      ("DeviceRequests", .null),
      ("KernelMemory", 0),
      ("KernelMemoryTCP", 0),
      ("MemoryReservation", .integer(runtime.memoryReservationInBytes)),
      ("MemorySwap", .integer(memorySwap)),
      ("MemorySwappiness", .null),
      ("OomKillDisable", .bool(runtime.oomKillDisable)),
      ("PidsLimit", runtime.pidsLimit == 0 ? .null : .integer(runtime.pidsLimit)),
      ("Ulimits", .array(runtime.ulimits.map(Self.ulimit))),
      ("CpuCount", 0),
      ("CpuPercent", 0),
      ("IOMaximumIOps", 0),
      ("IOMaximumBandwidth", 0),
    ]
    for (key, value) in members { object[key] = value }
  }

  /// Docker gives a container with a memory limit as much swap again.
  private var memorySwap: Int64 {
    let runtime = record.runtime
    return runtime.memorySwapInBytes == 0 ? runtime.memoryInBytes * 2 : runtime.memorySwapInBytes
  }

  private static func device(_ device: GantryRuntimeV1.Device) -> JSONValue {
    [
      "PathOnHost": .string(device.pathOnHost), "PathInContainer": .string(device.pathInContainer),
      "CgroupPermissions": .string(device.permissions),
    ]
  }

  private static func ulimit(_ limit: GantryRuntimeV1.Ulimit) -> JSONValue {
    ["Name": .string(limit.name), "Hard": .integer(limit.hard), "Soft": .integer(limit.soft)]
  }
}
