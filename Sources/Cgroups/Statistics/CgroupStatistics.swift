/// What a cgroup has used, as the kernel tells it. Sizes in bytes, times in nanoseconds; a limit that is none is
/// `UInt64.max`.
public struct CgroupStatistics: Sendable, Equatable {
  public var isUnified = false
  public var pids = Pids()
  public var cpu = CPU()
  public var memory = Memory()
  /// v1: one list of figures for each blkio file, by the file's name without "blkio." (such as
  /// "throttle.io_service_bytes_recursive"). Empty under v2.
  public var blockIO: [String: [BlockIOFigure]] = [:]
  /// v2: one entry a device. Empty under v1.
  public var io: [IO] = []
  public var hugepages: [Hugepages] = []

  public init() {}

  public struct Pids: Sendable, Equatable {
    public var current: UInt64 = 0
    /// 0 where there is no limit, as containerd writes it.
    public var limit: UInt64 = 0
  }

  public struct CPU: Sendable, Equatable {
    public var total: UInt64 = 0
    public var user: UInt64 = 0
    public var system: UInt64 = 0
    /// v1 only.
    public var perCPU: [UInt64] = []
    public var periods: UInt64 = 0
    public var throttledPeriods: UInt64 = 0
    public var throttledTime: UInt64 = 0
  }

  /// Usage against a limit.
  public struct Counter: Sendable, Equatable {
    public var usage: UInt64 = 0
    public var limit: UInt64 = 0
    public var peak: UInt64 = 0
    public var failures: UInt64 = 0
  }

  public struct Memory: Sendable, Equatable {
    /// `memory.stat` by the kernel's names ("total_inactive_file" under v1, "inactive_file" under v2 and so on).
    public var stat: [String: UInt64] = [:]
    public var usage = Counter()
    /// v1: memory and swap together; v2: swap alone.
    public var swap = Counter()
    /// v1 only.
    public var kernel = Counter()
    /// v1 only.
    public var kernelTCP = Counter()
    /// v2: `memory.events` ("low", "high", "max", "oom", "oom_kill", "oom_group_kill").
    public var events: [String: UInt64] = [:]
    /// v1: `memory.oom_control` ("oom_kill_disable", "under_oom", "oom_kill").
    public var outOfMemory: [String: UInt64] = [:]
  }

  public struct IO: Sendable, Equatable {
    public var major: UInt64
    public var minor: UInt64
    public var readBytes: UInt64
    public var writtenBytes: UInt64
    public var reads: UInt64
    public var writes: UInt64
  }

  public struct Hugepages: Sendable, Equatable {
    /// Such as "2MB".
    public var pageSize: String
    public var counter: Counter
  }
}
