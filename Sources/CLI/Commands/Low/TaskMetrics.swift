import Errors
import Messages

/// A shim's figures, under the names that `ctr task metrics` gives them.
package enum TaskMetrics {
  /// Names and values, of cgroup v1 or v2.
  ///
  /// - Throws: `.unimplemented` for figures of another kind.
  package static func figures(_ stats: GoogleProtobuf.AnyMessage?) throws(GantryError) -> [(String, UInt64)] {
    guard let stats else { throw GantryError(.notFound, "the shim has no figures: the task does not run") }
    if stats.isA(IoContainerdCgroupsV2.Metrics.self) {
      return figures(try stats.unpack(IoContainerdCgroupsV2.Metrics.self))
    }
    if stats.isA(IoContainerdCgroupsV1.Metrics.self) {
      return figures(try stats.unpack(IoContainerdCgroupsV1.Metrics.self))
    }
    throw GantryError(.unimplemented, "the shim sent figures of the unknown kind \(stats.typeUrl)")
  }

  private static func figures(_ metrics: IoContainerdCgroupsV2.Metrics) -> [(String, UInt64)] {
    var figures: [(String, UInt64)] = []
    if let pids = metrics.pids { figures += [("pids.current", pids.current), ("pids.limit", pids.limit)] }
    if let cpu = metrics.cpu {
      figures += [
        ("cpu.usage_usec", cpu.usageUsec), ("cpu.user_usec", cpu.userUsec), ("cpu.system_usec", cpu.systemUsec),
        ("cpu.nr_periods", cpu.nrPeriods), ("cpu.nr_throttled", cpu.nrThrottled),
        ("cpu.throttled_usec", cpu.throttledUsec),
      ]
    }
    if let memory = metrics.memory {
      figures += [
        ("memory.usage", memory.usage), ("memory.usage_limit", memory.usageLimit),
        ("memory.swap_usage", memory.swapUsage), ("memory.swap_limit", memory.swapLimit),
        ("memory.anon", memory.anon), ("memory.file", memory.file), ("memory.slab", memory.slab),
        ("memory.pgfault", memory.pgfault), ("memory.pgmajfault", memory.pgmajfault),
      ]
    }
    return figures
  }

  private static func figures(_ metrics: IoContainerdCgroupsV1.Metrics) -> [(String, UInt64)] {
    var figures: [(String, UInt64)] = []
    if let pids = metrics.pids { figures += [("pids.current", pids.current), ("pids.limit", pids.limit)] }
    if let cpu = metrics.cpu?.usage {
      figures += [("cpuacct.usage", cpu.total), ("cpuacct.user", cpu.user), ("cpuacct.kernel", cpu.kernel)]
    }
    if let memory = metrics.memory {
      figures += [
        ("memory.usage_in_bytes", memory.usage?.usage ?? 0), ("memory.limit_in_bytes", memory.usage?.limit ?? 0),
        ("memory.stat.cache", memory.cache), ("memory.stat.rss", memory.rss),
      ]
    }
    return figures
  }
}
