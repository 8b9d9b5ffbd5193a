import RuntimeSpec

extension ControlSetting {
  /// What `resources` asks for, as files of v1 controllers. Devices are not among them.
  package static func controllers(_ resources: Resources) -> [ControlSetting] {
    var settings: [ControlSetting] = []
    if let memory = resources.memory { settings += Self.memory(memory) }
    if let cpu = resources.cpu { settings += Self.processors(cpu) }
    if let limit = resources.pids?.limit {
      settings.append(.init("pids", "pids.max", value: limit > 0 ? "\(limit)" : "max", purpose: "limit of processes"))
    }
    if let block = resources.blockIO { settings += Self.blockIO(block) }
    for page in resources.hugepageLimits {
      settings.append(
        .init(
          "hugetlb", "hugetlb.\(page.pageSize).limit_in_bytes", value: "\(page.limit)",
          purpose: "limit of huge pages of \(page.pageSize)"))
    }
    if let network = resources.network {
      if let classID = network.classID {
        settings.append(.init("net_cls", "net_cls.classid", value: "\(classID)", purpose: "network class"))
      }
      for priority in network.priorities {
        settings.append(
          .init(
            "net_prio", "net_prio.ifpriomap", value: "\(priority.name) \(priority.priority)",
            purpose: "network priority"))
      }
    }
    return settings + Self.rdma(resources)
  }

  static func rdma(_ resources: Resources) -> [ControlSetting] {
    resources.rdma.sorted { $0.key < $1.key }.map { device, limit in
      let handles = limit.hcaHandles.map { " hca_handle=\($0)" } ?? ""
      let objects = limit.hcaObjects.map { " hca_object=\($0)" } ?? ""
      return .init("rdma", "rdma.max", value: device + handles + objects, purpose: "limit of RDMA device \(device)")
    }
  }

  private static func memory(_ memory: MemoryResources) -> [ControlSetting] {
    var settings: [ControlSetting] = []
    func set(_ value: Int64?, _ file: String, _ purpose: String, isOptional: Bool = false) {
      if let value, value != 0 {
        settings.append(.init("memory", file, value: "\(value)", purpose: purpose, isOptional: isOptional))
      }
    }
    // Memory and swap together may never be below memory alone: lifting goes from the outside in. A fresh
    // cgroup has no limit, so that the first of these writes is redundant there, and right in an update.
    if memory.swap == -1 {
      set(-1, "memory.memsw.limit_in_bytes", "limit of memory and swap", isOptional: true)
    }
    set(memory.limit, "memory.limit_in_bytes", "memory limit")
    // A kernel without swap accounting holds the memory limit all the same.
    set(memory.swap, "memory.memsw.limit_in_bytes", "limit of memory and swap", isOptional: true)
    set(memory.reservation, "memory.soft_limit_in_bytes", "memory reservation")
    set(memory.kernelTCP, "memory.kmem.tcp.limit_in_bytes", "limit of TCP buffers")
    // Kernel memory cannot be limited on its own since Linux 5.16; runc passes it over, too.
    set(memory.kernel, "memory.kmem.limit_in_bytes", "limit of kernel memory", isOptional: true)
    if let swappiness = memory.swappiness, swappiness <= 100 {
      settings.append(.init("memory", "memory.swappiness", value: "\(swappiness)", purpose: "swappiness"))
    }
    if memory.disableOOMKiller == true {
      settings.append(.init("memory", "memory.oom_control", value: "1", purpose: "disabling the out-of-memory killer"))
    }
    return settings
  }

  private static func processors(_ cpu: CPUResources) -> [ControlSetting] {
    var settings: [ControlSetting] = []
    if let shares = cpu.shares, shares != 0 {
      settings.append(.init("cpu", "cpu.shares", value: "\(shares)", purpose: "CPU shares"))
    }
    if let period = cpu.period, period != 0 {
      settings.append(.init("cpu", "cpu.cfs_period_us", value: "\(period)", purpose: "CPU period in microseconds"))
    }
    if let quota = cpu.quota, quota != 0 {
      settings.append(.init("cpu", "cpu.cfs_quota_us", value: "\(quota)", purpose: "CPU quota in microseconds"))
    }
    if let burst = cpu.burst {
      settings.append(.init("cpu", "cpu.cfs_burst_us", value: "\(burst)", purpose: "CPU burst in microseconds"))
    }
    if let period = cpu.realtimePeriod, period != 0 {
      settings.append(.init("cpu", "cpu.rt_period_us", value: "\(period)", purpose: "real-time period"))
    }
    if let runtime = cpu.realtimeRuntime, runtime != 0 {
      settings.append(.init("cpu", "cpu.rt_runtime_us", value: "\(runtime)", purpose: "real-time runtime"))
    }
    if let idle = cpu.idle {
      settings.append(.init("cpu", "cpu.idle", value: "\(idle)", purpose: "CPU idle scheduling"))
    }
    if !cpu.cpus.isEmpty {
      settings.append(.init("cpuset", "cpuset.cpus", value: cpu.cpus, purpose: "set of CPUs"))
    }
    if !cpu.mems.isEmpty {
      settings.append(.init("cpuset", "cpuset.mems", value: cpu.mems, purpose: "set of memory nodes"))
    }
    return settings
  }

  private static func blockIO(_ block: BlockIOResources) -> [ControlSetting] {
    var settings: [ControlSetting] = []
    if let weight = block.weight, weight != 0 {
      settings.append(
        .init("blkio", "blkio.weight", "blkio.bfq.weight", value: "\(weight)", purpose: "block I/O weight"))
    }
    if let weight = block.leafWeight, weight != 0 {
      settings.append(.init("blkio", "blkio.leaf_weight", value: "\(weight)", purpose: "block I/O leaf weight"))
    }
    for device in block.weightDevice {
      guard let weight = device.weight else { continue }
      settings.append(
        .init(
          "blkio", "blkio.weight_device", "blkio.bfq.weight_device",
          value: "\(device.major):\(device.minor) \(weight)", purpose: "block I/O weight of a device"))
    }
    let throttles = [
      (block.throttleReadBpsDevice, "read_bps"), (block.throttleWriteBpsDevice, "write_bps"),
      (block.throttleReadIOPSDevice, "read_iops"), (block.throttleWriteIOPSDevice, "write_iops"),
    ]
    for (devices, name) in throttles {
      for device in devices {
        settings.append(
          .init(
            "blkio", "blkio.throttle.\(name)_device", value: "\(device.major):\(device.minor) \(device.rate)",
            purpose: "block I/O rate (\(name)) of a device"))
      }
    }
    return settings
  }
}
