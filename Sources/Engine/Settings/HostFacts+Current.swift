import Glibc
import Linux
import RuntimeSpec

extension HostFacts {
  /// This machine.
  package static func current() -> HostFacts {
    var names = utsname()
    uname(&names)
    let release = osRelease()
    let usesCgroupV2 = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0
    return HostFacts(
      processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), hostname: text(names.nodename),
      memoryInBytes: Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))),
      kernelRelease: text(names.release), architecture: text(names.machine),
      operatingSystem: release["PRETTY_NAME"] ?? "Linux", operatingSystemVersion: release["VERSION_ID"] ?? "",
      usesCgroupV2: usesCgroupV2, cpus: online("cpu"), memoryNodes: online("node"),
      hasBlockIOWeight: usesCgroupV2
        || ["weight", "bfq.weight"].contains { access("/sys/fs/cgroup/blkio/blkio.\($0)", F_OK) == 0 })
  }

  private static func text<Field>(_ field: Field) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// - Parameter kind: "cpu" or "node".
  private static func online(_ kind: String) -> IndexSet? {
    guard let file = try? FileDescriptor.open("/sys/devices/system/\(kind)/online", O_RDONLY),
      let bytes = try? file.readAll(limit: 64 << 10)
    else { return nil }
    return IndexSet(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  private static func osRelease() -> [String: String] {
    guard let file = try? FileDescriptor.open("/etc/os-release", O_RDONLY),
      let bytes = try? file.readAll(limit: 64 << 10)
    else { return [:] }
    var values: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      var value = line[line.index(after: equals)...]
      if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
      values[String(line[..<equals])] = String(value)
    }
    return values
  }
}
