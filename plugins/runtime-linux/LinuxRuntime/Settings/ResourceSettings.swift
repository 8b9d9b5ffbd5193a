import Errors
import Messages
import RuntimeSpec

/// Limits of the container's cgroup, and Docker's sentences for those that cannot be.
struct ResourceSettings {
  typealias Container = GantryRuntimeV1.Container

  let container: Container
  let host: HostFacts

  private static let leastMemory: Int64 = 6 << 20
  private static let period: UInt64 = 100_000

  /// - Throws: `.invalidArgument` that says which limit cannot be.
  func resources(devices: [DeviceRule]) throws(GantryError) -> Resources {
    Resources(
      devices: devices, memory: try memory(), cpu: try cpu(),
      pids: container.pidsLimit > 0 ? PidsResources(limit: container.pidsLimit) : nil, blockIO: try blockIO())
  }

  private func memory() throws(GantryError) -> MemoryResources? {
    let (limit, swap, reservation) = (
      container.memoryInBytes, container.memorySwapInBytes, container.memoryReservationInBytes
    )
    if limit != 0 && limit < Self.leastMemory { throw refusal("Minimum memory limit allowed is 6MB") }
    if limit > 0 && swap > 0 && swap < limit {
      throw refusal("Minimum memoryswap limit should be larger than memory limit, see usage")
    }
    if limit == 0 && swap > 0 {
      throw refusal("You should always set the Memory limit when using Memoryswap limit, see usage")
    }
    if swap < -1 { throw refusal("invalid memory swap limit \(swap): use -1 for no limit") }
    if reservation != 0 && reservation < Self.leastMemory {
      throw refusal("Minimum memory reservation allowed is 6MB")
    }
    if limit > 0 && reservation > limit {
      throw refusal("Minimum memory limit can not be less than memory reservation limit, see usage")
    }
    guard limit > 0 || reservation > 0 || swap != 0 || container.oomKillDisable else { return nil }
    // Docker's default: as much swap as memory.
    let (double, overflow) = limit.multipliedReportingOverflow(by: 2)
    let total = swap != 0 ? swap : overflow ? -1 : double
    return MemoryResources(
      limit: limit > 0 ? limit : nil, reservation: reservation > 0 ? reservation : nil, swap: total != 0 ? total : nil,
      disableOOMKiller: container.oomKillDisable ? true : nil)
  }

  private func cpu() throws(GantryError) -> CPUResources? {
    var cpu = CPUResources()
    if container.nanoCpus != 0 {
      if container.cpuPeriod > 0 {
        throw refusal("Conflicting options: Nano CPUs and CPU Period cannot both be set")
      }
      if container.cpuQuota > 0 { throw refusal("Conflicting options: Nano CPUs and CPU Quota cannot both be set") }
      guard container.nanoCpus >= 10_000_000,
        container.nanoCpus / 1_000_000_000 < host.cpuCount
          || container.nanoCpus == Int64(host.cpuCount) * 1_000_000_000
      else {
        throw refusal(
          "Range of CPUs is from 0.01 to \(host.cpuCount).00, as there are only \(host.cpuCount) CPUs available")
      }
      cpu.period = Self.period
      cpu.quota = container.nanoCpus / 10_000
    }
    if container.cpuShares < 0 {
      throw refusal("invalid CPU shares (\(container.cpuShares)): value must be a positive integer")
    }
    if container.cpuShares > 0 { cpu.shares = UInt64(container.cpuShares) }
    if container.cpuPeriod != 0 {
      guard (1000...1_000_000).contains(container.cpuPeriod) else {
        throw refusal("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")
      }
      cpu.period = UInt64(container.cpuPeriod)
    }
    if container.cpuQuota != 0 {
      guard container.cpuQuota == -1 || container.cpuQuota >= 1000 else {
        throw refusal("CPU cfs quota can not be less than 1ms (i.e. 1000)")
      }
      cpu.quota = container.cpuQuota
    }
    cpu.cpus = try subset(container.cpusetCpus, of: host.cpus, "cpuset cpus", "CPUs")
    cpu.mems = try subset(container.cpusetMems, of: host.memoryNodes, "cpuset mems", "memory nodes")
    return cpu == CPUResources() ? nil : cpu
  }

  private func subset(
    _ text: String, of available: IndexSet, _ setting: String, _ what: String
  ) throws(GantryError) -> String {
    guard let wanted = IndexSet(text) else {
      throw refusal("Invalid value \(text) for \(setting): invalid format: \(text)")
    }
    guard available.contains(wanted) else {
      throw refusal("Requested \(what) are not available - requested \(text), available: \(available)")
    }
    return text
  }

  private func blockIO() throws(GantryError) -> BlockIOResources? {
    guard container.blkioWeight != 0 else { return nil }
    guard (10...1000).contains(container.blkioWeight) else {
      throw refusal("Range of blkio weight is from 10 to 1000")
    }
    return BlockIOResources(weight: UInt16(container.blkioWeight))
  }

  private func refusal(_ sentence: String) -> GantryError { GantryError(.invalidArgument, sentence) }
}
