import Cgroups
import Errors
import Testing

@Suite struct CgroupLayoutTests {
  static let hybrid = """
    31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
    32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
    35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
    40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,release_agent=/x,name=systemd
    41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
    42 31 0:32 / /somewhere/else rw,relatime - cgroup cgroup rw,memory
    """

  @Test func aHybridLayoutIsRead() throws {
    let layout = try CgroupLayout(mountInfo: Self.hybrid)
    #expect(layout.kind == .hybrid)
    #expect(layout.hierarchies.map(\.controllers) == [["cpu", "cpuacct"], ["memory"], ["name=systemd"], []])
    #expect(layout.hierarchy(of: "cpuacct")?.mountPoint == "/sys/fs/cgroup/cpu,cpuacct")
    #expect(layout.hierarchy(of: "memory")?.mountPoint == "/sys/fs/cgroup/memory")
    #expect(layout.unified?.mountPoint == "/sys/fs/cgroup/unified")
  }

  @Test func theUnifiedHierarchyAloneIsV2() throws {
    let layout = try CgroupLayout(
      mountInfo: "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot")
    #expect(layout.kind == .v2)
    #expect(layout.hierarchies.count == 1)
  }

  @Test func controllersAloneAreV1AndEscapesAreUndone() throws {
    let layout = try CgroupLayout(mountInfo: "30 24 0:26 / /my\\040groups/pids rw - cgroup cgroup rw,pids")
    #expect(layout.kind == .v1)
    #expect(layout.hierarchies.first?.mountPoint == "/my groups/pids")
  }

  @Test(arguments: ["", "x", "30 24 0:26 / /a rw - cgroup", "- - - - - - - - cgroup2", "\n\n  \n"])
  func noHierarchyIsAnErrorWithARemedy(text: String) {
    let error = #expect(throws: GantryError.self) { try CgroupLayout(mountInfo: text) }
    #expect(error?.code == .failedPrecondition)
  }

  @Test(arguments: ["", "/", "relative", "/a/../b", "/./a"])
  func aPathThatIsNoneBelowTheRootIsRefused(path: String) throws {
    let layout = try CgroupLayout(mountInfo: Self.hybrid)
    let error = #expect(throws: GantryError.self) { try Cgroup(path: path, layout: layout) }
    #expect(error?.code == .invalidArgument)
  }
}
