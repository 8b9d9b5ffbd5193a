/// A block of addresses, written `10.0.0.0/8`.
package struct AddressBlock: Sendable, Hashable {
  private let base: IPAddress
  private let length: Int

  /// Reads a block; nil where the text is none.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let base = IPAddress(parts[0]), let length = Int(parts[1]),
      !parts[1].hasPrefix("+"), (0...base.bytes.count * 8).contains(length)
    else { return nil }
    self.base = base
    self.length = length
  }

  package func contains(_ address: IPAddress) -> Bool {
    guard address.bytes.count == base.bytes.count else { return false }
    for (index, (mine, other)) in zip(base.bytes, address.bytes).enumerated() {
      let bits = min(8, max(0, length - index * 8))
      let mask = bits == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
      if mine & mask != other & mask { return false }
    }
    return true
  }
}
