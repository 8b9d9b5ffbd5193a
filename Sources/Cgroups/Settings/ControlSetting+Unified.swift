import RuntimeSpec

extension ControlSetting {
  /// What `resources` asks for, as files of the unified hierarchy. Devices are not among them.
  package static func unified(_ resources: Resources) -> [ControlSetting] {
    var settings: [ControlSetting] = []
    if let memory = resources.memory { settings += Self.unifiedMemory(memory) }
    if let cpu = resources.cpu { settings += Self.unifiedProcessors(cpu) }
    if let limit = resources.pids?.limit {
      settings.append(.init("pids", "pids.max", value: limit > 0 ? "\(limit)" : "max", purpose: "limit of processes"))
    }
    if let block = resources.blockIO { settings += Self.unifiedBlockIO(block) }
    for page in resources.hugepageLimits {
      settings.append(
        .init(
          "hugetlb", "hugetlb.\(page.pageSize).max", value: "\(page.limit)",
          purpose: "limit of huge pages of \(page.pageSize)"))
    }
    settings += Self.rdma(resources)
    for (file, value) in resources.unified.sorted(by: { $0.key < $1.key }) where !file.contains("/") {
      let controller = file.split(separator: ".").first.map(String.init) ?? file
      settings.append(.init(controller, file, value: value, purpose: file))
    }
    return settings
  }

  private static func bytes(_ value: Int64) -> String { value < 0 ? "max" : "\(value)" }

  private static func unifiedMemory(_ memory: MemoryResources) -> [ControlSetting] {
    var settings: [ControlSetting] = []
    // The specification counts memory and swap together, the kernel swap alone.
    if let swap = memory.swap, swap != 0 {
      let alone: Int64? =
        if swap < 0 { -1 } else if let limit = memory.limit, limit > 0 { max(swap - limit, 0) } else { nil }
      if let alone {
        settings.append(
          .init(
            "memory", "memory.swap.max", value: bytes(alone), purpose: "limit of swap", isOptional: true))
      }
    }
    if let limit = memory.limit, limit != 0 {
      settings.append(.init("memory", "memory.max", value: bytes(limit), purpose: "memory limit"))
    }
    if let reservation = memory.reservation, reservation != 0 {
      settings.append(.init("memory", "memory.low", value: bytes(reservation), purpose: "memory reservation"))
    }
    return settings
  }

  /// cgroup v2's weight for v1 shares, as the specification's users agree: 2...262144 onto 1...10000.
  package static func weight(ofShares shares: UInt64) -> UInt64 {
    1 + (min(max(shares, 2), 262_144) - 2) * 9999 / 262_142
  }

  /// io.weight for blkio's weight: 10...1000 onto 1...10000.
  package static func ioWeight(of weight: UInt16) -> UInt64 {
    1 + (UInt64(min(max(weight, 10), 1000)) - 10) * 9999 / 990
  }

  private static func unifiedProcessors(_ cpu: CPUResources) -> [ControlSetting] {
    var settings: [ControlSetting] = []
    if let shares = cpu.shares, shares != 0 {
      settings.append(.init("cpu", "cpu.weight", value: "\(weight(ofShares: shares))", purpose: "CPU shares"))
    }
    let quota = cpu.quota ?? 0
    let period = cpu.period ?? 0
    if quota != 0 || period != 0 {
      let amount = quota > 0 ? "\(quota)" : "max"
      settings.append(
        .init("cpu", "cpu.max", value: period > 0 ? "\(amount) \(period)" : amount, purpose: "CPU quota and period"))
    }
    if let burst = cpu.burst {
      settings.append(.init("cpu", "cpu.max.burst", value: "\(burst)", purpose: "CPU burst in microseconds"))
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

  private static func unifiedBlockIO(_ block: BlockIOResources) -> [ControlSetting] {
    var settings: [ControlSetting] = []
    if let weight = block.weight, weight != 0 {
      // BFQ has its own file and takes 1...1000 as it is; io.weight belongs to io.cost.
      settings.append(
        .init("io", "io.bfq.weight", value: "\(weight)", purpose: "block I/O weight", isOptional: true))
      settings.append(
        .init("io", "io.weight", value: "\(ioWeight(of: weight))", purpose: "block I/O weight", isOptional: true))
    }
    for device in block.weightDevice {
      guard let weight = device.weight else { continue }
      settings.append(
        .init(
          "io", "io.bfq.weight", value: "\(device.major):\(device.minor) \(weight)",
          purpose: "block I/O weight of a device"))
    }
    let throttles = [
      (block.throttleReadBpsDevice, "rbps"), (block.throttleWriteBpsDevice, "wbps"),
      (block.throttleReadIOPSDevice, "riops"), (block.throttleWriteIOPSDevice, "wiops"),
    ]
    for (devices, name) in throttles {
      for device in devices {
        settings.append(
          .init(
            "io", "io.max", value: "\(device.major):\(device.minor) \(name)=\(device.rate)",
            purpose: "block I/O rate (\(name)) of a device"))
      }
    }
    return settings
  }
}
