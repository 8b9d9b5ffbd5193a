import CLinux
import Cgroups
import Errors
import Glibc
import Linux
import RuntimeSpec

extension HostFacts {
  /// The facts of this machine and of this process.
  ///
  /// - Throws: `.failedPrecondition` where no cgroup hierarchy is mounted.
  public static func read() throws(GantryError) -> HostFacts {
    var name = utsname()
    uname(&name)
    let release = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let machine = withUnsafeBytes(of: name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let cpus = line("/sys/devices/system/cpu/online").flatMap { IndexSet($0) }
    let nodes = line("/sys/devices/system/node/online").flatMap { IndexSet($0) }
    let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return HostFacts(
      architecture: machine == "aarch64" ? "arm64" : "amd64",
      kernel: KernelVersion(release) ?? KernelVersion(major: 4, minor: 14),
      capabilities: CapabilityName.all.indices.filter { isHeld(UInt($0)) }.map { CapabilityName.all[$0] },
      cpuCount: max(count, 1), cpus: cpus ?? IndexSet(0...max(count - 1, 0)), memoryNodes: nodes ?? IndexSet(0...0),
      cgroupLayout: try CgroupLayout.detect().kind,
      hasAppArmor: line("/sys/module/apparmor/parameters/enabled") == "Y")
  }

  private static func isHeld(_ number: UInt) -> Bool {
    gantry_prctl(PR_CAPBSET_READ, number) == 1
  }

  private static func line(_ path: String) -> String? {
    guard let bytes = try? FileDescriptor.open(path, O_RDONLY).readAll(limit: 64 << 10) else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
