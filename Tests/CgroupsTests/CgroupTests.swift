import Cgroups
import Errors
import Glibc
import Linux
import RuntimeSpec
import Testing

/// On the host's own hierarchies.
@Suite(.enabled(if: HostCgroups.areWritable, "needs root and writable cgroups"), .serialized)
struct CgroupTests {
  private func withCgroup(_ resources: Resources? = nil, _ body: (Cgroup) throws -> Void) throws {
    let layout = try CgroupLayout.detect()
    let path = "/gantry-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let cgroup = try Cgroup.create(path: path, resources: resources, layout: layout)
    defer {
      try? cgroup.killAll()
      try? cgroup.delete()
    }
    try body(cgroup)
  }

  /// A process that sleeps in the cgroup.
  private func spawn(_ cgroup: Cgroup, _ command: [String]) throws -> pid_t {
    var pid: pid_t = 0
    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    guard posix_spawn(&pid, command.first ?? "", nil, nil, &arguments, nil) == 0 else {
      throw GantryError(.internal, "posix_spawn")
    }
    for directory in cgroup.layout.hierarchies.map({ $0.directory(of: cgroup.path) }) where directory.exists {
      try directory.write("cgroup.procs", "\(pid)")
    }
    return pid
  }

  private func reap(_ pid: pid_t) -> Int32 {
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    return status
  }

  @Test func limitsArriveInTheKernel() throws {
    let resources = Resources(
      memory: MemoryResources(limit: 64 << 20), cpu: CPUResources(quota: 50_000, period: 100_000),
      pids: PidsResources(limit: 33))
    try withCgroup(resources) { cgroup in
      let statistics = try cgroup.statistics()
      #expect(statistics.memory.usage.limit == 64 << 20)
      #expect(statistics.pids.limit == 33)
      try cgroup.apply(Resources(memory: MemoryResources(limit: 128 << 20)))
      #expect(try cgroup.statistics().memory.usage.limit == 128 << 20)
    }
  }

  @Test func aRefusedLimitIsNamedAndNothingIsLeft() throws {
    let layout = try CgroupLayout.detect()
    let path = "/gantry-test-refused-\(getpid())"
    let error = #expect(throws: GantryError.self) {
      try Cgroup.create(path: path, resources: Resources(cpu: CPUResources(cpus: "4000")), layout: layout)
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("set of CPUs \"4000\"") == true)
    #expect(try !Cgroup(path: path, layout: layout).exists)
  }

  @Test func processesAreListedFrozenThawedAndKilled() throws {
    try withCgroup { cgroup in
      let pid = try spawn(cgroup, ["/bin/sleep", "60"])
      #expect(try cgroup.processes() == [pid])
      try cgroup.freeze()
      #expect(cgroup.isFrozen)
      try cgroup.thaw()
      #expect(!cgroup.isFrozen)
      try cgroup.freeze()
      try cgroup.signalAll(SIGKILL)
      #expect(reap(pid) & 0x7F == SIGKILL)
      try cgroup.killAll()
      try cgroup.delete()
      #expect(!cgroup.exists)
    }
  }

  @Test func aCgroupInUseIsNotTakenAgain() throws {
    try withCgroup { cgroup in
      let pid = try spawn(cgroup, ["/bin/sleep", "60"])
      let error = #expect(throws: GantryError.self) {
        try Cgroup.create(path: cgroup.path, resources: nil, layout: cgroup.layout)
      }
      #expect(error?.code == .alreadyExists)
      let busy = #expect(throws: GantryError.self) { try cgroup.delete(timeout: .milliseconds(20)) }
      #expect(busy?.code == .failedPrecondition)
      kill(pid, SIGKILL)
      _ = reap(pid)
    }
  }

  @Test func subgroupsAreCountedAndRemoved() throws {
    try withCgroup { cgroup in
      let inner = try Cgroup.create(path: "\(cgroup.path)/inner/most", resources: nil, layout: cgroup.layout)
      let pid = try spawn(inner, ["/bin/sleep", "60"])
      #expect(try cgroup.processes() == [pid])
      kill(pid, SIGKILL)
      _ = reap(pid)
      try cgroup.delete()
      #expect(!inner.exists)
    }
  }

  @Test func runningOutOfMemoryIsTold() throws {
    try withCgroup(Resources(memory: MemoryResources(limit: 8 << 20, swap: 8 << 20))) { cgroup in
      let watch = try cgroup.watchOutOfMemory()
      #expect(try !watch.drain())
      let pid = try spawn(cgroup, ["/bin/sh", "-c", "sleep 0.2; x=a; while :; do x=$x$x; done"])
      // Under v2 reaching the limit is told, too, and comes first.
      var isOutOfMemory = false
      while !isOutOfMemory {
        var ready = pollfd(fd: watch.descriptor.number, events: Int16(POLLIN), revents: 0)
        try #require(poll(&ready, 1, 20_000) == 1, "nothing was told")
        isOutOfMemory = try watch.drain()
      }
      #expect(reap(pid) & 0x7F == SIGKILL)
      #expect(cgroup.outOfMemoryKills >= 1)
    }
  }

  @Test func removalIsNoLackOfMemory() throws {
    try withCgroup { cgroup in
      let watch = try cgroup.watchOutOfMemory()
      try cgroup.delete()
      var ready = pollfd(fd: watch.descriptor.number, events: Int16(POLLIN), revents: 0)
      _ = poll(&ready, 1, 500)
      #expect(try !watch.drain())
    }
  }

  @Test func devicesAreDenied() throws {
    let rules = [DeviceRule(allow: false), DeviceRule(allow: true, type: "c", major: 1, minor: 3)]
    try withCgroup(Resources(devices: rules)) { cgroup in
      let script =
        "sleep 0.2; echo x > /dev/null || exit 1; head -c1 /dev/zero >/dev/null || exit 3; head -c1 /dev/kmsg >/dev/null 2>&1 && exit 2; exit 0"
      let status = reap(try spawn(cgroup, ["/bin/sh", "-c", script]))
      #expect(status == 0)
    }
  }

  @Test func statisticsOfAGoneCgroupAreNotFound() throws {
    try withCgroup { cgroup in
      try cgroup.delete()
      let error = #expect(throws: GantryError.self) { try cgroup.statistics() }
      #expect(error?.code == .notFound)
      #expect(try cgroup.processes().isEmpty)
      try cgroup.delete()
    }
  }
}
