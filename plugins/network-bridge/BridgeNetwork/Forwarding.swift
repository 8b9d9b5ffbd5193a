import Errors
import Glibc
import Linux

/// Lets the host pass packets on between its links, without which no container reaches further than its bridge.
enum Forwarding {
  static func enable(for subnets: [IPSubnet]) throws(GantryError) {
    if subnets.contains(where: { $0.family == .ipv4 }) { try switchOn("/proc/sys/net/ipv4/ip_forward") }
    if subnets.contains(where: { $0.family == .ipv6 }) { try switchOn("/proc/sys/net/ipv6/conf/all/forwarding") }
  }

  private static func switchOn(_ path: String) throws(GantryError) {
    if try FileDescriptor.open(path, O_RDONLY).readAll().first == UInt8(ascii: "1") { return }
    try FileDescriptor.open(path, O_WRONLY).writeAll([UInt8(ascii: "1"), 0x0A])
  }
}
