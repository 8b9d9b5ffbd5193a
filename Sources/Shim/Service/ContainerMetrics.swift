import Cgroups
import Messages

/// The figures of a cgroup in containerd's messages.
enum ContainerMetrics {
  static func pack(_ figures: CgroupStatistics) -> GoogleProtobuf.AnyMessage {
    figures.isUnified ? .init(packing: unified(figures)) : .init(packing: controllers(figures))
  }

  private static func controllers(_ figures: CgroupStatistics) -> IoContainerdCgroupsV1.Metrics {
    var metrics = IoContainerdCgroupsV1.Metrics()
    metrics.hugetlb = figures.hugepages.map {
      .init(usage: $0.counter.usage, max: $0.counter.peak, failcnt: $0.counter.failures, pagesize: $0.pageSize)
    }
    metrics.pids = .init(current: figures.pids.current, limit: figures.pids.limit)
    metrics.cpu = .init(
      usage: .init(
        total: figures.cpu.total, kernel: figures.cpu.system, user: figures.cpu.user, perCpu: figures.cpu.perCPU),
      throttling: .init(
        periods: figures.cpu.periods, throttledPeriods: figures.cpu.throttledPeriods,
        throttledTime: figures.cpu.throttledTime))
    metrics.memory = memory(figures.memory)
    metrics.memoryOomControl = .init(
      oomKillDisable: figures.memory.outOfMemory["oom_kill_disable"] ?? 0,
      underOom: figures.memory.outOfMemory["under_oom"] ?? 0,
      oomKill: figures.memory.outOfMemory["oom_kill"] ?? 0)
    metrics.blkio = blockIO(figures.blockIO)
    return metrics
  }

  private static func memory(_ figures: CgroupStatistics.Memory) -> IoContainerdCgroupsV1.MemoryStat {
    func stat(_ name: String) -> UInt64 { figures.stat[name] ?? 0 }
    func entry(_ counter: CgroupStatistics.Counter) -> IoContainerdCgroupsV1.MemoryEntry {
      .init(limit: counter.limit, usage: counter.usage, max: counter.peak, failcnt: counter.failures)
    }
    var memory = IoContainerdCgroupsV1.MemoryStat()
    memory.cache = stat("cache")
    memory.rss = stat("rss")
    memory.rssHuge = stat("rss_huge")
    memory.mappedFile = stat("mapped_file")
    memory.dirty = stat("dirty")
    memory.writeback = stat("writeback")
    memory.pgPgIn = stat("pgpgin")
    memory.pgPgOut = stat("pgpgout")
    memory.pgFault = stat("pgfault")
    memory.pgMajFault = stat("pgmajfault")
    memory.inactiveAnon = stat("inactive_anon")
    memory.activeAnon = stat("active_anon")
    memory.inactiveFile = stat("inactive_file")
    memory.activeFile = stat("active_file")
    memory.unevictable = stat("unevictable")
    memory.hierarchicalMemoryLimit = stat("hierarchical_memory_limit")
    memory.hierarchicalSwapLimit = stat("hierarchical_memsw_limit")
    memory.totalCache = stat("total_cache")
    memory.totalRss = stat("total_rss")
    memory.totalRssHuge = stat("total_rss_huge")
    memory.totalMappedFile = stat("total_mapped_file")
    memory.totalDirty = stat("total_dirty")
    memory.totalWriteback = stat("total_writeback")
    memory.totalPgPgIn = stat("total_pgpgin")
    memory.totalPgPgOut = stat("total_pgpgout")
    memory.totalPgFault = stat("total_pgfault")
    memory.totalPgMajFault = stat("total_pgmajfault")
    memory.totalInactiveAnon = stat("total_inactive_anon")
    memory.totalActiveAnon = stat("total_active_anon")
    memory.totalInactiveFile = stat("total_inactive_file")
    memory.totalActiveFile = stat("total_active_file")
    memory.totalUnevictable = stat("total_unevictable")
    memory.usage = entry(figures.usage)
    memory.swap = entry(figures.swap)
    memory.kernel = entry(figures.kernel)
    memory.kernelTcp = entry(figures.kernelTCP)
    return memory
  }

  private static func blockIO(_ figures: [String: [BlockIOFigure]]) -> IoContainerdCgroupsV1.BlkIOStat {
    func entries(_ name: String) -> [IoContainerdCgroupsV1.BlkIOEntry] {
      // Only the throttling files count where no scheduler keeps its own.
      let list = figures[name] ?? figures["throttle.\(name)"] ?? []
      return list.map { .init(op: $0.operation, device: "", major: $0.major, minor: $0.minor, value: $0.value) }
    }
    return .init(
      ioServiceBytesRecursive: entries("io_service_bytes_recursive"),
      ioServicedRecursive: entries("io_serviced_recursive"), ioQueuedRecursive: entries("io_queued_recursive"),
      ioServiceTimeRecursive: entries("io_service_time_recursive"),
      ioWaitTimeRecursive: entries("io_wait_time_recursive"), ioMergedRecursive: entries("io_merged_recursive"),
      ioTimeRecursive: entries("time_recursive"), sectorsRecursive: entries("sectors_recursive"))
  }

  private static func unified(_ figures: CgroupStatistics) -> IoContainerdCgroupsV2.Metrics {
    var metrics = IoContainerdCgroupsV2.Metrics()
    metrics.pids = .init(current: figures.pids.current, limit: figures.pids.limit)
    metrics.cpu = .init(
      usageUsec: figures.cpu.total / 1000, userUsec: figures.cpu.user / 1000, systemUsec: figures.cpu.system / 1000,
      nrPeriods: figures.cpu.periods, nrThrottled: figures.cpu.throttledPeriods,
      throttledUsec: figures.cpu.throttledTime / 1000)
    metrics.memory = unifiedMemory(figures.memory)
    metrics.memoryEvents = .init(
      low: figures.memory.events["low"] ?? 0, high: figures.memory.events["high"] ?? 0,
      max: figures.memory.events["max"] ?? 0, oom: figures.memory.events["oom"] ?? 0,
      oomKill: figures.memory.events["oom_kill"] ?? 0, oomGroupKill: figures.memory.events["oom_group_kill"] ?? 0)
    metrics.io = .init(
      usage: figures.io.map {
        .init(
          major: $0.major, minor: $0.minor, rbytes: $0.readBytes, wbytes: $0.writtenBytes, rios: $0.reads,
          wios: $0.writes)
      })
    metrics.hugetlb = figures.hugepages.map {
      .init(current: $0.counter.usage, max: $0.counter.limit, pagesize: $0.pageSize, failcnt: $0.counter.failures)
    }
    return metrics
  }

  private static func unifiedMemory(_ figures: CgroupStatistics.Memory) -> IoContainerdCgroupsV2.MemoryStat {
    func stat(_ name: String) -> UInt64 { figures.stat[name] ?? 0 }
    var memory = IoContainerdCgroupsV2.MemoryStat()
    memory.anon = stat("anon")
    memory.file = stat("file")
    memory.kernelStack = stat("kernel_stack")
    memory.slab = stat("slab")
    memory.sock = stat("sock")
    memory.shmem = stat("shmem")
    memory.fileMapped = stat("file_mapped")
    memory.fileDirty = stat("file_dirty")
    memory.fileWriteback = stat("file_writeback")
    memory.anonThp = stat("anon_thp")
    memory.inactiveAnon = stat("inactive_anon")
    memory.activeAnon = stat("active_anon")
    memory.inactiveFile = stat("inactive_file")
    memory.activeFile = stat("active_file")
    memory.unevictable = stat("unevictable")
    memory.slabReclaimable = stat("slab_reclaimable")
    memory.slabUnreclaimable = stat("slab_unreclaimable")
    memory.pgfault = stat("pgfault")
    memory.pgmajfault = stat("pgmajfault")
    memory.workingsetRefault = stat("workingset_refault_file")
    memory.workingsetActivate = stat("workingset_activate_file")
    memory.workingsetNodereclaim = stat("workingset_nodereclaim")
    memory.pgrefill = stat("pgrefill")
    memory.pgscan = stat("pgscan")
    memory.pgsteal = stat("pgsteal")
    memory.pgactivate = stat("pgactivate")
    memory.pgdeactivate = stat("pgdeactivate")
    memory.pglazyfree = stat("pglazyfree")
    memory.pglazyfreed = stat("pglazyfreed")
    memory.thpFaultAlloc = stat("thp_fault_alloc")
    memory.thpCollapseAlloc = stat("thp_collapse_alloc")
    memory.usage = figures.usage.usage
    memory.usageLimit = figures.usage.limit
    memory.maxUsage = figures.usage.peak
    memory.swapUsage = figures.swap.usage
    memory.swapLimit = figures.swap.limit
    memory.swapMaxUsage = figures.swap.peak
    return memory
  }
}
