import JSON
import Messages
import RuntimeSpec

/// Docker's `container inspect` object, member for member in Docker's order.
package struct ContainerInspect: Sendable {
  package var record: ContainerRecord
  package var files: ContainerFiles
  package var storage: StorageDetails
  /// The network it is configured for; nil where that is not known any more.
  package var network: NetworkRecord?
  package var execIDs: [String]
  /// Bytes written by the container, and bytes in all; nil where nobody asked.
  package var sizes: (written: Int64, total: Int64)?
  package var runtimeName: String
  /// What the image says beside what the container took over; nil where the image is gone.
  package var image: GantryWorkerV1.ImageConfig?

  /// The kernel has killed for want of memory in the run that is under way.
  package var isOutOfMemory = false
  /// The unified hierarchy is the host's only one: a container has a cgroup namespace of its own if nobody says else.
  package var usesCgroupV2 = false

  package init(
    record: ContainerRecord, files: ContainerFiles, storage: StorageDetails, network: NetworkRecord?,
    execIDs: [String] = [], sizes: (written: Int64, total: Int64)? = nil, runtimeName: String = "linux",
    image: GantryWorkerV1.ImageConfig? = nil
  ) {
    self.record = record
    self.files = files
    self.storage = storage
    self.network = network
    self.execIDs = execIDs
    self.sizes = sizes
    self.runtimeName = runtimeName
    self.image = image
  }

  package var json: JSONValue {
    let wasStarted = record.lifecycle.startedAt != nil
    let hasLog = wasStarted && record.settings.logDriver != "none"
    var object = JSONObject([
      ("Id", .string(record.id)),
      ("Created", .moment(record.created)),
      ("Path", .string(record.runtime.args.first ?? "")),
      ("Args", .strings(Array(record.runtime.args.dropFirst()))),
      ("State", state),
      ("Image", .string(record.imageID)),
      ("ResolvConfPath", .string(wasStarted ? files.resolvConf : "")),
      ("HostnamePath", .string(wasStarted ? files.hostname : "")),
      ("HostsPath", .string(wasStarted ? files.hosts : "")),
      ("LogPath", .string(hasLog ? files.log : "")),
      ("Name", .string("/" + record.name)),
      ("RestartCount", .integer(Int64(record.restartCount))),
      ("Driver", .string(storage.driver)),
      ("Platform", "linux"),
      ("MountLabel", ""),
      ("ProcessLabel", ""),
      ("AppArmorProfile", ""),
      ("ExecIDs", .stringsOrNull(execIDs)),
      ("HostConfig", hostConfig),
      ("GraphDriver", storage.json),
    ])
    if let sizes {
      object["SizeRw"] = .integer(sizes.written)
      object["SizeRootFs"] = .integer(sizes.total)
    }
    object["Mounts"] = mounts
    object["Config"] = DockerConfig.json(ContainerConfig(record, image: image ?? .init()).settings)
    object["NetworkSettings"] = networkSettings
    return .object(object)
  }

  private var state: JSONValue {
    let lifecycle = record.lifecycle
    return [
      "Status": .string(lifecycle.status),
      "Running": .bool(lifecycle.isRunning),
      "Paused": .bool(lifecycle.isPaused),
      "Restarting": false,
      "OOMKilled": .bool(lifecycle.oomKilled || (lifecycle.isRunning && isOutOfMemory)),
      "Dead": false,
      "Pid": .integer(Int64(lifecycle.run?.pid ?? 0)),
      "ExitCode": .integer(Int64(lifecycle.exitCode)),
      "Error": .string(lifecycle.error),
      "StartedAt": .moment(lifecycle.startedAt),
      "FinishedAt": .moment(lifecycle.finishedAt),
    ]
  }

  private var mounts: JSONValue {
    var modes: [String: String] = [:]
    for bind in record.settings.binds {
      let parts = bind.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      if parts.count == 3 { modes[ContainerPath.cleaned(parts[1])] = parts[2] }
    }
    let propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"]
    let volumes = record.settings.volumes.map { volume -> JSONValue in
      [
        "Type": "volume",
        "Name": .string(volume.name),
        "Source": .string("\(files.volumes)/\(volume.name)/_data"),
        "Destination": .string(volume.target),
        "Driver": "local",
        "Mode": "",
        "RW": .bool(!volume.readOnly),
        "Propagation": "",
      ]
    }
    return .array(
      volumes
        + record.runtime.binds.map { bind -> JSONValue in
          [
            "Type": "bind",
            "Source": .string(bind.source),
            "Destination": .string(bind.target),
            "Mode": .string(modes[bind.target] ?? ""),
            "RW": .bool(!bind.options.contains("ro")),
            "Propagation": .string(bind.options.first(where: propagations.contains) ?? "rprivate"),
          ]
        })
  }
}
