/// An IPv4 subnet, to tell whether an address lies in it.
struct IPv4Subnet {
  private let network: UInt32
  private let mask: UInt32

  /// - Parameter cidr: such as "172.17.0.0/16".
  init(_ cidr: String) throws {
    let parts = cidr.split(separator: "/")
    guard parts.count == 2, let length = Int(parts[1]), (1...32).contains(length) else {
      throw CheckFailure.failed("\"\(cidr)\" is no subnet such as 172.17.0.0/16")
    }
    mask = UInt32.max << UInt32(32 - length)
    network = try Self.number(String(parts[0])) & mask
  }

  func contains(_ address: String) throws -> Bool { try Self.number(address) & mask == network }

  /// Whether it is set aside for private networks (RFC 1918).
  var isPrivate: Bool {
    network >> 24 == 10 || network >> 20 == 0xAC1 || network >> 16 == 0xC0A8
  }

  private static func number(_ address: String) throws -> UInt32 {
    let parts = address.split(separator: ".").compactMap { UInt8($0) }
    guard parts.count == 4 else { throw CheckFailure.failed("\"\(address)\" is no IPv4 address") }
    return parts.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
