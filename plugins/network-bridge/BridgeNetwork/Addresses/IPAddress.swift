import Errors
import Glibc

/// An address of IPv4 or IPv6, as a number that can be counted with.
public struct IPAddress: Sendable, Hashable, Comparable {
  public enum Family: Sendable, Hashable {
    case ipv4, ipv6

    /// How many bits an address has.
    public var bits: Int { self == .ipv4 ? 32 : 128 }

    /// The kernel's number for it, as in address_families(7).
    var number: UInt8 { UInt8(self == .ipv4 ? AF_INET : AF_INET6) }
  }

  public let family: Family
  /// The address, most significant byte first.
  public let value: UInt128

  public init(_ family: Family, _ value: UInt128) {
    self.family = family
    self.value = value
  }

  /// Reads "10.0.0.1" or "fd00::1".
  ///
  /// - Throws: `.invalidArgument` for anything else.
  public init(parsing text: String) throws(GantryError) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(.ipv4, UInt128(UInt32(bigEndian: four.s_addr)))
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      let bytes = withUnsafeBytes(of: &six) { Array($0) }
      self.init(bytes: bytes)
    } else {
      throw GantryError(.invalidArgument, "\(text) is not an IP address; write it like 172.18.0.5 or fd00::5")
    }
  }

  /// Four or sixteen bytes in network order.
  init(bytes: some Collection<UInt8>) {
    self.init(bytes.count == 4 ? .ipv4 : .ipv6, bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
  }

  /// In network order.
  public var bytes: [UInt8] {
    let count = family.bits / 8
    return (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt128((count - 1 - $0) * 8)) }
  }

  public static func < (left: IPAddress, right: IPAddress) -> Bool { left.value < right.value }
}

extension IPAddress: CustomStringConvertible {
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    _ = bytes.withUnsafeBytes { inet_ntop(Int32(family.number), $0.baseAddress, &text, socklen_t(text.count)) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
