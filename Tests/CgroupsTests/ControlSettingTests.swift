import Cgroups
import RuntimeSpec
import Testing

@Suite struct ControlSettingTests {
  static let resources = Resources(
    memory: MemoryResources(limit: 64 << 20, reservation: 32 << 20, swap: 96 << 20, swappiness: 10),
    cpu: CPUResources(shares: 512, quota: 50_000, period: 100_000, cpus: "0-1", mems: "0"),
    pids: PidsResources(limit: 100),
    blockIO: BlockIOResources(
      weight: 500, throttleReadBpsDevice: [DeviceThrottle(major: 8, minor: 0, rate: 1024)],
      throttleWriteIOPSDevice: [DeviceThrottle(major: 8, minor: 16, rate: 7)]),
    hugepageLimits: [HugepageLimit(pageSize: "2MB", limit: 4096)], unified: ["memory.high": "1000"])

  private func pairs(_ settings: [ControlSetting]) -> [String] {
    settings.map { "\($0.files[0])=\($0.value)" }
  }

  @Test func controllersGetTheirFiles() {
    #expect(
      pairs(ControlSetting.controllers(Self.resources)) == [
        "memory.limit_in_bytes=67108864", "memory.memsw.limit_in_bytes=100663296",
        "memory.soft_limit_in_bytes=33554432", "memory.swappiness=10", "cpu.shares=512", "cpu.cfs_period_us=100000",
        "cpu.cfs_quota_us=50000", "cpuset.cpus=0-1", "cpuset.mems=0", "pids.max=100", "blkio.weight=500",
        "blkio.throttle.read_bps_device=8:0 1024", "blkio.throttle.write_iops_device=8:16 7",
        "hugetlb.2MB.limit_in_bytes=4096",
      ])
  }

  @Test func theUnifiedHierarchyGetsItsFiles() {
    #expect(
      pairs(ControlSetting.unified(Self.resources)) == [
        "memory.swap.max=33554432", "memory.max=67108864", "memory.low=33554432", "cpu.weight=20",
        "cpu.max=50000 100000", "cpuset.cpus=0-1", "cpuset.mems=0", "pids.max=100", "io.bfq.weight=500",
        "io.weight=4950", "io.max=8:0 rbps=1024", "io.max=8:16 wiops=7", "hugetlb.2MB.max=4096", "memory.high=1000",
      ])
  }

  @Test func noLimitIsWrittenAsTheKernelHasIt() {
    let none = Resources(
      memory: MemoryResources(limit: -1, swap: -1), cpu: CPUResources(quota: -1), pids: PidsResources(limit: -1))
    #expect(
      pairs(ControlSetting.controllers(none)) == [
        "memory.memsw.limit_in_bytes=-1", "memory.limit_in_bytes=-1", "memory.memsw.limit_in_bytes=-1",
        "cpu.cfs_quota_us=-1", "pids.max=max",
      ])
    #expect(
      pairs(ControlSetting.unified(none)) == ["memory.swap.max=max", "memory.max=max", "cpu.max=max", "pids.max=max"])
  }

  @Test(arguments: [(2, 1), (1024, 39), (262_144, 10_000), (1, 1), (1 << 40, 10_000)])
  func sharesBecomeAWeight(shares: UInt64, weight: UInt64) {
    #expect(ControlSetting.weight(ofShares: shares) == weight)
  }
}
