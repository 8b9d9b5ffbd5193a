import Errors
import Glibc

extension Cgroup {
  /// What the container has used so far. A figure that this kernel does not have is zero.
  ///
  /// - Throws: `.notFound` where the cgroup is gone.
  public func statistics() throws(GantryError) -> CgroupStatistics {
    guard directories.contains(where: \.exists) else {
      throw GantryError(.notFound, "cgroup \(path) is gone; its container has been deleted")
    }
    var statistics = CgroupStatistics()
    if layout.kind == .v2, let directory = unifiedDirectory {
      statistics.readUnified(directory)
    } else {
      statistics.readControllers { directory(of: $0) }
    }
    return statistics
  }
}

extension CgroupStatistics {
  mutating func readControllers(_ directory: (String) -> ControlDirectory?) {
    if let pids = directory("pids") { read(pids: pids) }
    if let accounting = directory("cpuacct") {
      cpu.total = accounting.number("cpuacct.usage") ?? 0
      cpu.user = accounting.number("cpuacct.usage_user") ?? 0
      cpu.system = accounting.number("cpuacct.usage_sys") ?? 0
      let perCPU = (try? accounting.read("cpuacct.usage_percpu")) ?? ""
      cpu.perCPU = perCPU.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
    }
    if let scheduler = directory("cpu") {
      let stat = KernelText.flatKeyed((try? scheduler.read("cpu.stat")) ?? "")
      cpu.periods = stat["nr_periods"] ?? 0
      cpu.throttledPeriods = stat["nr_throttled"] ?? 0
      cpu.throttledTime = stat["throttled_time"] ?? 0
    }
    if let memory = directory("memory") { readMemory(memory) }
    if let block = directory("blkio") { readBlockIO(block) }
    if let huge = directory("hugetlb") {
      hugepages = Self.pageSizes().map { size in
        Hugepages(pageSize: size, counter: Self.counter(huge, "hugetlb.\(size)"))
      }
    }
  }

  private mutating func read(pids directory: ControlDirectory) {
    pids.current = directory.number("pids.current") ?? 0
    let limit = directory.number("pids.max") ?? 0
    pids.limit = limit == .max ? 0 : limit
  }

  private mutating func readMemory(_ directory: ControlDirectory) {
    memory.stat = KernelText.flatKeyed((try? directory.read("memory.stat")) ?? "")
    memory.usage = Self.counter(directory, "memory")
    memory.swap = Self.counter(directory, "memory.memsw")
    memory.kernel = Self.counter(directory, "memory.kmem")
    memory.kernelTCP = Self.counter(directory, "memory.kmem.tcp")
    memory.outOfMemory = KernelText.flatKeyed((try? directory.read("memory.oom_control")) ?? "")
  }

  private static func counter(_ directory: ControlDirectory, _ prefix: String) -> Counter {
    Counter(
      usage: directory.number("\(prefix).usage_in_bytes") ?? 0,
      limit: directory.number("\(prefix).limit_in_bytes") ?? 0,
      peak: directory.number("\(prefix).max_usage_in_bytes") ?? 0,
      failures: directory.number("\(prefix).failcnt") ?? 0)
  }

  private mutating func readBlockIO(_ directory: ControlDirectory) {
    let names = [
      "io_service_bytes_recursive", "io_serviced_recursive", "io_queued_recursive", "io_service_time_recursive",
      "io_wait_time_recursive", "io_merged_recursive", "time_recursive", "sectors_recursive",
      "throttle.io_service_bytes_recursive", "throttle.io_serviced_recursive",
    ]
    for name in names {
      for file in ["blkio.\(name)", "blkio.bfq.\(name)"] {
        guard let text = try? directory.read(file) else { continue }
        let figures = KernelText.blockIO(text)
        if !figures.isEmpty { blockIO[name] = figures }
      }
    }
  }

  mutating func readUnified(_ directory: ControlDirectory) {
    isUnified = true
    read(pids: directory)
    let cpuStat = KernelText.flatKeyed((try? directory.read("cpu.stat")) ?? "")
    cpu.total = (cpuStat["usage_usec"] ?? 0) * 1000
    cpu.user = (cpuStat["user_usec"] ?? 0) * 1000
    cpu.system = (cpuStat["system_usec"] ?? 0) * 1000
    cpu.periods = cpuStat["nr_periods"] ?? 0
    cpu.throttledPeriods = cpuStat["nr_throttled"] ?? 0
    cpu.throttledTime = (cpuStat["throttled_usec"] ?? 0) * 1000
    memory.stat = KernelText.flatKeyed((try? directory.read("memory.stat")) ?? "")
    memory.events = KernelText.flatKeyed((try? directory.read("memory.events")) ?? "")
    memory.usage = Counter(
      usage: directory.number("memory.current") ?? 0, limit: directory.number("memory.max") ?? 0,
      peak: directory.number("memory.peak") ?? 0, failures: memory.events["max"] ?? 0)
    memory.swap = Counter(
      usage: directory.number("memory.swap.current") ?? 0, limit: directory.number("memory.swap.max") ?? 0,
      peak: directory.number("memory.swap.peak") ?? 0)
    io = KernelText.nestedKeyed((try? directory.read("io.stat")) ?? "").compactMap { key, values in
      let device = key.split(separator: ":").compactMap { UInt64($0) }
      guard device.count == 2 else { return nil }
      return IO(
        major: device[0], minor: device[1], readBytes: values["rbytes"] ?? 0, writtenBytes: values["wbytes"] ?? 0,
        reads: values["rios"] ?? 0, writes: values["wios"] ?? 0)
    }
    hugepages = Self.pageSizes().compactMap { size in
      guard let usage = directory.number("hugetlb.\(size).current") else { return nil }
      let events = KernelText.flatKeyed((try? directory.read("hugetlb.\(size).events")) ?? "")
      return Hugepages(
        pageSize: size,
        counter: Counter(
          usage: usage, limit: directory.number("hugetlb.\(size).max") ?? 0, failures: events["max"] ?? 0))
    }
  }

  /// The sizes of huge pages that this kernel has, as cgroup files name them.
  private static func pageSizes() -> [String] {
    ControlDirectory(path: "/sys/kernel/mm/hugepages").children().compactMap { directory in
      guard let digits = directory.path.split(separator: "-").last?.dropLast(2), let kilobytes = UInt64(digits) else {
        return nil
      }
      return hugepageName(kilobytes: kilobytes)
    }
  }

  package static func hugepageName(kilobytes: UInt64) -> String {
    switch kilobytes {
    case (1 << 20)...: "\(kilobytes >> 20)GB"
    case (1 << 10)...: "\(kilobytes >> 10)MB"
    default: "\(kilobytes)KB"
    }
  }
}
