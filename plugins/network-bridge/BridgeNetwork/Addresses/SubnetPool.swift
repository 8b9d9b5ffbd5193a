import Errors

/// The private blocks that a network without a subnet of its own chooses from; the same as Docker's, so that an
/// administrator who knows one knows the other.
package enum SubnetPool {
  private static let pools: [(block: (UInt32, Int), size: Int)] = [
    ((0xAC11_0000, 16), 16), ((0xAC12_0000, 15), 16), ((0xAC14_0000, 14), 16), ((0xAC18_0000, 14), 16),
    ((0xAC1C_0000, 14), 16), ((0xC0A8_0000, 16), 20),
  ]

  /// The first block that touches none of `taken`: the host's routes and addresses, and the other networks.
  ///
  /// - Throws: `.resourceExhausted` where every block is taken.
  package static func free(avoiding taken: [IPSubnet]) throws(GantryError) -> IPSubnet {
    for pool in pools {
      let step = UInt128(1) << UInt128(32 - pool.size)
      let end = UInt128(pool.block.0) + (1 << UInt128(32 - pool.block.1))
      for base in stride(from: UInt128(pool.block.0), to: end, by: UInt128.Stride(step)) {
        let subnet = IPSubnet(containing: IPAddress(.ipv4, base), prefixLength: pool.size)
        if !taken.contains(where: subnet.overlaps) { return subnet }
      }
    }
    throw GantryError(
      .resourceExhausted,
      "every private subnet is in use by another network or a route of the host; remove a network or name a subnet")
  }
}
