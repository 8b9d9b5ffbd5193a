import Errors

/// Which addresses of one subnet are given away.
///
/// Addresses are handed out upwards and a freed one comes last again, so that what has just gone is not taken for what
/// has just come.
package struct AddressBook: Sendable {
  package let subnet: IPSubnet
  private let range: ClosedRange<UInt128>
  private var taken: Set<UInt128>
  private var next: UInt128

  /// - Parameter range: part of the subnet to give from; nil is all of it.
  /// - Throws: `.invalidArgument` where there is no address to give.
  package init(subnet: IPSubnet, range: IPSubnet?, gateway: IPAddress) throws(GantryError) {
    guard let hosts = subnet.hosts else {
      throw GantryError(
        .invalidArgument, "subnet \(subnet) has no room for a gateway and a container; use a larger one")
    }
    if let range, !subnet.contains(range.base) || !subnet.contains(range.last) {
      throw GantryError(.invalidArgument, "range \(range) is not inside subnet \(subnet)")
    }
    self.subnet = subnet
    let wanted = range.map { max($0.base.value, hosts.lowerBound)...min($0.last.value, hosts.upperBound) }
    self.range = wanted ?? hosts
    self.taken = [gateway.value]
    self.next = self.range.lowerBound
  }

  /// Takes a free address.
  ///
  /// - Throws: `.resourceExhausted` where there is none.
  package mutating func take() throws(GantryError) -> IPAddress {
    let size = range.upperBound - range.lowerBound
    // One more try than there are addresses given away meets a free one, if there is one.
    for _ in 0...min(size, UInt128(taken.count) + 1) {
      let candidate = next
      next = candidate == range.upperBound ? range.lowerBound : candidate + 1
      if taken.insert(candidate).inserted { return IPAddress(subnet.family, candidate) }
    }
    throw GantryError(
      .resourceExhausted, "no free address is left in subnet \(subnet); remove a container or use a larger subnet")
  }

  /// Takes the address asked for.
  ///
  /// - Throws: `.invalidArgument` where it is not the subnet's, `.alreadyExists` where it is taken.
  package mutating func take(_ address: IPAddress) throws(GantryError) {
    guard subnet.contains(address), subnet.hosts?.contains(address.value) == true else {
      throw GantryError(.invalidArgument, "address \(address) is not inside subnet \(subnet)")
    }
    guard taken.insert(address.value).inserted else {
      throw GantryError(.alreadyExists, "address \(address) is already in use")
    }
  }

  package mutating func give(back address: IPAddress) {
    taken.remove(address.value)
  }
}
