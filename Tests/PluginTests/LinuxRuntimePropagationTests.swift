import Errors
import LinuxRuntime
import Messages
import Testing

/// Mounts that are to appear on both sides, or only in the container.
struct LinuxRuntimePropagationTests {
  private static let mounts = MountTable(
    parsing: #"""
      20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
      21 20 0:5 / /proc rw shared:7 - proc proc rw
      22 20 0:6 / /sys rw master:3 propagate_from:2 - sysfs sysfs rw
      23 20 8:2 / /proc/with\040blank rw - ext4 /dev/sdb rw
      24 20 8:2 / /sys rw shared:9 master:3 - ext4 /dev/sdb rw
      25 20 8:2 / /dev rw master:4 - ext4 /dev/sdb rw
      rubbish
      """#)

  private func refusal(_ source: String, _ propagation: String) async -> String? {
    var harness = LinuxRuntimeHarness()
    harness.host.mounts = Self.mounts
    let error = await harness.refusal { $0.binds = [.init(source: source, target: "/x", options: [propagation])] }
    return error?.message
  }

  @Test func aMountPropagatesWhereItsSourceDoes() async {
    for propagation in ["private", "rprivate"] { #expect(await refusal("/etc", propagation) == nil) }
    for propagation in ["shared", "rshared"] {
      #expect(await refusal("/etc", propagation) == "path /etc is mounted on / but it is not a shared mount")
      #expect(
        await refusal("/dev/none", propagation) == "path /dev/none is mounted on /dev but it is not a shared mount")
      #expect(await refusal("/proc/1", propagation) == nil)
      #expect(await refusal("/procedures", propagation) != nil)
      // The later mount covers the earlier one.
      #expect(await refusal("/sys", propagation) == nil)
    }
    for propagation in ["slave", "rslave"] {
      #expect(await refusal("/etc", propagation) == "path /etc is mounted on / but it is not a shared or slave mount")
      #expect(await refusal("/dev/none", propagation) == nil)
      #expect(await refusal("/proc/1", propagation) == nil)
      #expect(
        await refusal("/proc/with blank/a", propagation)
          == "path /proc/with blank/a is mounted on /proc/with blank but it is not a shared or slave mount")
    }
  }

  @Test func aTargetIsWrittenInOneWay() async throws {
    let specification = try await LinuxRuntimeHarness().specification {
      $0.binds = [.init(source: "/etc", target: "/a/../b//c/")]
    }
    #expect(specification.mounts.last?.destination == "/b/c")
  }
}
