import Engine
import JSON
import Messages
import Testing

/// The shape of `inspect`, against what Docker 20.10.24 prints.
struct ContainerInspectTests {
  private func inspect(_ record: ContainerRecord, endpoint: Bool = false) -> JSONValue {
    ContainerInspect(
      record: record, files: ContainerFiles(root: "/r/containers", id: record.id),
      storage: StorageDetails(driver: "overlay", mounts: []),
      network: NetworkRecord(created: .now, driver: "bridge", settings: .init(id: "n1", name: "bridge"))
    ).json
  }

  private func keys(_ value: JSONValue?) -> [String] { value?.object?.members.map(\.key) ?? [] }

  @Test func membersComeInDockersOrder() {
    let json = inspect(Sample.record(lifecycle: .running(.init(pid: 42, startedAt: .now))))
    #expect(
      keys(json) == [
        "Id", "Created", "Path", "Args", "State", "Image", "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath",
        "Name", "RestartCount", "Driver", "Platform", "MountLabel", "ProcessLabel", "AppArmorProfile", "ExecIDs",
        "HostConfig", "GraphDriver", "Mounts", "Config", "NetworkSettings",
      ])
    #expect(
      keys(json["State"]) == [
        "Status", "Running", "Paused", "Restarting", "OOMKilled", "Dead", "Pid", "ExitCode", "Error", "StartedAt",
        "FinishedAt",
      ])
    #expect(
      keys(json["HostConfig"]) == [
        "Binds", "ContainerIDFile", "LogConfig", "NetworkMode", "PortBindings", "RestartPolicy", "AutoRemove",
        "VolumeDriver", "VolumesFrom", "CapAdd", "CapDrop", "CgroupnsMode", "Dns", "DnsOptions", "DnsSearch",
        "ExtraHosts", "GroupAdd", "IpcMode", "Cgroup", "Links", "OomScoreAdj", "PidMode", "Privileged",
        "PublishAllPorts", "ReadonlyRootfs", "SecurityOpt", "UTSMode", "UsernsMode", "ShmSize", "Runtime",
        "ConsoleSize", "Isolation", "CpuShares", "Memory", "NanoCpus", "CgroupParent", "BlkioWeight",
        "BlkioWeightDevice", "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps",
        "BlkioDeviceWriteIOps", "CpuPeriod", "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime", "CpusetCpus",
        "CpusetMems", "Devices", "DeviceCgroupRules", "DeviceRequests", "KernelMemory", "KernelMemoryTCP",
        "MemoryReservation", "MemorySwap", "MemorySwappiness", "OomKillDisable", "PidsLimit", "Ulimits", "CpuCount",
        "CpuPercent", "IOMaximumIOps", "IOMaximumBandwidth", "MaskedPaths", "ReadonlyPaths",
      ])
    #expect(
      keys(json["Config"]) == [
        "Hostname", "Domainname", "User", "AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin",
        "StdinOnce", "Env", "Cmd", "Image", "Volumes", "WorkingDir", "Entrypoint", "OnBuild", "Labels",
      ])
    #expect(
      keys(json["NetworkSettings"]) == [
        "Bridge", "SandboxID", "HairpinMode", "LinkLocalIPv6Address", "LinkLocalIPv6PrefixLen", "Ports", "SandboxKey",
        "SecondaryIPAddresses", "SecondaryIPv6Addresses", "EndpointID", "Gateway", "GlobalIPv6Address",
        "GlobalIPv6PrefixLen", "IPAddress", "IPPrefixLen", "IPv6Gateway", "MacAddress", "Networks",
      ])
    #expect(
      keys(json["NetworkSettings"]?["Networks"]?["bridge"]) == [
        "IPAMConfig", "Links", "Aliases", "NetworkID", "EndpointID", "Gateway", "IPAddress", "IPPrefixLen",
        "IPv6Gateway", "GlobalIPv6Address", "GlobalIPv6PrefixLen", "MacAddress", "DriverOpts",
      ])
  }

  @Test func aCreatedContainerHasNothingYet() {
    let json = inspect(Sample.record())
    #expect(json["State"]?["Status"] == "created" && json["State"]?["Pid"] == 0)
    #expect(json["State"]?["StartedAt"] == "0001-01-01T00:00:00Z")
    #expect(json["LogPath"] == "" && json["HostsPath"] == "")
    #expect(json["HostConfig"]?["CapAdd"] == .null && json["HostConfig"]?["PidsLimit"] == .null)
    #expect(json["HostConfig"]?["CgroupnsMode"] == "host")
    #expect(json["Config"]?["Entrypoint"] == .null && json["Config"]?["Labels"] == ["k": "v"])
    #expect(json["Path"] == "sleep" && json["Args"] == ["50"] && json["Name"] == "/plain")
  }

  @Test func aRunningContainerShowsItsPlaceOnTheNetwork() {
    var record = Sample.record(lifecycle: .running(.init(pid: 42, startedAt: Moment(nanosecondsSince1970: 0))))
    record.endpoint = .init(
      networkId: "n1", endpointId: "e1", macAddress: "02:42:ac:11:00:02", ipv4Address: "172.17.0.2/16",
      ipv4Gateway: "172.17.0.1")
    let json = inspect(record)
    let bridge = json["NetworkSettings"]?["Networks"]?["bridge"]
    #expect(json["NetworkSettings"]?["IPAddress"] == "172.17.0.2" && bridge?["IPPrefixLen"] == 16)
    #expect(bridge?["NetworkID"] == "n1" && bridge?["Gateway"] == "172.17.0.1")
    #expect(json["State"]?["Running"] == true && json["State"]?["StartedAt"] == "1970-01-01T00:00:00Z")
    #expect(json["LogPath"]?.string == "/r/containers/\(record.id)/\(record.id)-json.log")
  }

  @Test func manyFlagsAreShownAsDockerShowsThem() throws {
    var record = Sample.record()
    record.settings.binds = ["/etc/hostname:/hn:ro"]
    record.settings.stopSignal = "SIGINT"
    record.settings.stopTimeout = 3
    record.settings.container?.binds = [.init(source: "/etc/hostname", target: "/hn", options: ["rbind", "ro"])]
    record.settings.container?.tmpfs = [.init(target: "/t", options: "size=1m")]
    record.settings.container?.memoryInBytes = 64 << 20
    record.settings.container?.ulimits = [.init(name: "nofile", soft: 100, hard: 200)]
    record.settings.container?.`init` = true
    let json = inspect(record)
    #expect(
      json["Mounts"] == [
        [
          "Type": "bind", "Source": "/etc/hostname", "Destination": "/hn", "Mode": "ro", "RW": false,
          "Propagation": "rprivate",
        ]
      ])
    #expect(json["HostConfig"]?["Tmpfs"] == ["/t": "size=1m"] && json["HostConfig"]?["Init"] == true)
    #expect(json["HostConfig"]?["MemorySwap"] == 134_217_728)
    #expect(json["HostConfig"]?["Ulimits"] == [["Name": "nofile", "Hard": 200, "Soft": 100]])
    #expect(json["Config"]?["StopSignal"] == "SIGINT" && json["Config"]?["StopTimeout"] == 3)
  }

  @Test func whatIsMountedStandsApartFromTheBinds() throws {
    var record = Sample.record()
    record.settings.binds = ["/a:/x/", "/b:/y:ro"]
    record.settings.container?.binds = [
      .init(source: "/a", target: "/x"), .init(source: "/b", target: "/y", options: ["ro"]),
      .init(source: "/c", target: "/z", options: ["rbind", "ro", "rslave"]), .init(source: "/d", target: "/w"),
    ]
    #expect(
      inspect(record)["HostConfig"]?["Mounts"] == [
        [
          "Type": "bind", "Source": "/c", "Target": "/z", "ReadOnly": true, "BindOptions": ["Propagation": "rslave"],
        ],
        ["Type": "bind", "Source": "/d", "Target": "/w"],
      ])
  }
}
