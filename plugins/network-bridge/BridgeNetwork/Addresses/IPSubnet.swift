import Errors

/// A block of addresses, such as 172.17.0.0/16.
public struct IPSubnet: Sendable, Hashable {
  /// The lowest address, host bits all zero.
  public let base: IPAddress
  public let prefixLength: Int

  public init(containing address: IPAddress, prefixLength: Int) {
    let hostBits = UInt128(address.family.bits - prefixLength)
    self.base = IPAddress(address.family, (address.value >> hostBits) << hostBits)
    self.prefixLength = prefixLength
  }

  /// Reads CIDR notation.
  ///
  /// - Throws: `.invalidArgument` for anything else.
  public init(parsing text: String) throws(GantryError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let length = Int(parts[1]), let address = try? IPAddress(parsing: String(parts[0])),
      length >= 0, length <= address.family.bits
    else { throw GantryError(.invalidArgument, "\(text) is not a subnet; write it like 172.18.0.0/16") }
    self.init(containing: address, prefixLength: length)
  }

  public var family: IPAddress.Family { base.family }

  public var last: IPAddress {
    let hostBits = UInt128(family.bits - prefixLength)
    let mask: UInt128 = hostBits == 128 ? .max : (1 << hostBits) - 1
    return IPAddress(family, base.value | mask)
  }

  public func contains(_ address: IPAddress) -> Bool {
    address.family == family && address >= base && address <= last
  }

  public func overlaps(_ other: IPSubnet) -> Bool {
    contains(other.base) || other.contains(base)
  }

  /// The addresses a host may have: without the network's own and, for IPv4, the broadcast address.
  public var hosts: ClosedRange<UInt128>? {
    let first = base.value + 1
    let final = family == .ipv4 ? last.value - 1 : last.value
    return base.value < last.value && first <= final ? first...final : nil
  }
}

extension IPSubnet: CustomStringConvertible {
  public var description: String { "\(base)/\(prefixLength)" }
}
