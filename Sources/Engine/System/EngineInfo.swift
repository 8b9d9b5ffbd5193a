import Core
import Database
import Glibc
import JSON
import Linux
import Messages
import Version

/// Docker's `info` object.
package struct EngineInfo: Sendable {
  let context: EngineContext
  let plugins: any PluginDirectory
  let transfers: TransferControl

  package init(_ context: EngineContext, plugins: any PluginDirectory, transfers: TransferControl) {
    self.context = context
    self.plugins = plugins
    self.transfers = transfers
  }

  package func json() async throws -> JSONValue {
    let images = try await ImageStore(context).all().count
    let id = try await engineID()
    let records = context.registry.all.map(\.record)
    let running = records.filter { if case .running = $0.lifecycle { true } else { false } }.count
    let paused = records.filter(\.lifecycle.isPaused).count
    var object = JSONObject([
      ("ID", .string(id)),
      ("Containers", .integer(Int64(records.count))),
      ("ContainersRunning", .integer(Int64(running))),
      ("ContainersPaused", .integer(Int64(paused))),
      ("ContainersStopped", .integer(Int64(records.count - running - paused))),
      ("Images", .integer(Int64(images))),
      ("Driver", .string(context.backends.snapshotterName)),
      ("DriverStatus", driverStatus),
      ("Plugins", pluginNames),
    ])
    for (key, value) in limits + host { object[key] = value }
    for (key, value) in engine { object[key] = value }
    return .object(object)
  }

  private var configuration: EngineConfiguration { context.configuration }

  private var driverStatus: JSONValue {
    let snapshotter = plugins.summaries.first {
      $0.kind == "snapshotter" && $0.name == context.backends.snapshotterName
    }
    return .array((snapshotter?.capabilities ?? []).map { .strings([$0, "true"]) })
  }

  private var pluginNames: JSONValue {
    let networks = plugins.summaries.filter { $0.kind == "network" }.map(\.name)
    return [
      "Volume": [], "Network": .strings((networks + ["host", "null"]).sorted()), "Authorization": .null,
      "Log": ["json-file", "none"],
    ]
  }

  private var limits: [(String, JSONValue)] {
    let always = [
      "MemoryLimit", "SwapLimit", "CpuCfsPeriod", "CpuCfsQuota", "CPUShares", "CPUSet", "PidsLimit", "IPv4Forwarding",
    ]
    return always.map { ($0, true) } + [
      ("KernelMemory", false), ("KernelMemoryTCP", false), ("BridgeNfIptables", false), ("BridgeNfIp6tables", false),
      ("OomKillDisable", .bool(!context.host.usesCgroupV2)),
    ]
  }

  private var host: [(String, JSONValue)] {
    [
      ("Debug", .bool(configuration.isDebugging)),
      ("NFd", .integer(Int64((try? Directory.names(in: "/proc/self/fd").count) ?? 0))),
      ("NGoroutines", 0),
      ("SystemTime", .moment(.now)),
      ("LoggingDriver", .string(configuration.logDriver)),
      ("CgroupDriver", "cgroupfs"),
      ("CgroupVersion", context.host.usesCgroupV2 ? "2" : "1"),
      ("NEventsListener", 0),
      ("KernelVersion", .string(context.host.kernelRelease)),
      ("OperatingSystem", .string(context.host.operatingSystem)),
      ("OSVersion", .string(context.host.operatingSystemVersion)),
      ("OSType", "linux"),
      ("Architecture", .string(context.host.architecture)),
      ("IndexServerAddress", "https://index.docker.io/v1/"),
      (
        "RegistryConfig",
        [
          "InsecureRegistryCIDRs": .strings(transfers.current.insecureRegistries), "IndexConfigs": [:],
          "Mirrors": .strings(transfers.current.mirrors),
        ]
      ),
      ("NCPU", .integer(Int64(context.host.processors))),
      ("MemTotal", .integer(context.host.memoryInBytes)),
      ("GenericResources", .null),
    ]
  }

  private var engine: [(String, JSONValue)] {
    let runtime = context.backends.runtimeName
    let transfers = transfers.current
    return [
      ("DockerRootDir", .string(context.paths.root)),
      ("HttpProxy", .string(ProxyText.masked(transfers.httpProxy))),
      ("HttpsProxy", .string(ProxyText.masked(transfers.httpsProxy))),
      ("NoProxy", .string(transfers.noProxy)),
      ("Name", .string(context.host.hostname)),
      ("Labels", .strings(configuration.labels)),
      ("ExperimentalBuild", false),
      ("ServerVersion", .string(ProductVersion.number)),
      ("Runtimes", [runtime: ["path": "gantry-shim"]]),
      ("DefaultRuntime", .string(runtime)),
      (
        "Swarm",
        [
          "NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive", "ControlAvailable": false, "Error": "",
          "RemoteManagers": .null,
        ]
      ),
      ("LiveRestoreEnabled", true),
      ("Isolation", ""),
      ("InitBinary", "gantry-shim"),
      ("ContainerdCommit", ["ID": "", "Expected": ""]),
      ("RuncCommit", ["ID": "", "Expected": ""]),
      ("InitCommit", ["ID": "", "Expected": ""]),
      ("SecurityOptions", ["name=seccomp,profile=default"]),
      ("Warnings", .null),
    ]
  }

  /// A name for this engine that stays as long as its root directory.
  private func engineID() async throws -> String {
    let fresh = HexID.random()
    return try await context.database.transaction { transaction in
      try transaction.execute("INSERT OR IGNORE INTO engine (key, value) VALUES ('id', ?)", fresh)
      return try transaction.first("SELECT value FROM engine WHERE key = 'id'")?.get("value") ?? fresh
    }
  }
}
