import Glibc
import Linux
import OCIRuntime
import RuntimeSpec

extension ContainerFixture {
  /// Docker's world: its namespaces, mounts, 14 capabilities, masked and read-only paths.
  static func specification(_ command: [String]) -> Specification {
    let capabilities = [
      "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
      "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
      "CAP_AUDIT_WRITE",
    ]
    var specification = OCIRuntime.sample
    specification.process?.args = command
    specification.process?.env = ["PATH=/bin"]
    specification.process?.noNewPrivileges = false
    specification.process?.capabilities = CapabilitySets(
      bounding: capabilities, effective: capabilities, permitted: capabilities)
    specification.hostname = "box"
    specification.linux?.resources = nil
    return specification
  }
}

extension ContainerFixture {
  func read(_ path: String) throws -> String {
    String(decoding: try FileDescriptor.open(directory + path, O_RDONLY).readAll(), as: UTF8.self)
  }

  /// Where a symbolic link points.
  static func link(_ path: String) throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = try retryingOnInterrupt("readlink", path) { readlink(path, &buffer, buffer.count) }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
