import Errors

/// A link's hardware address, six bytes.
struct HardwareAddress: CustomStringConvertible {
  let bytes: [UInt8]

  /// The address asked for; else, as with Docker, one made from the IP address, so that a neighbour's cache stays right
  /// when the address comes back.
  ///
  /// - Throws: `.invalidArgument` where `wanted` is no hardware address.
  init(wanted: String, for address: IPAddress?) throws(GantryError) {
    if wanted.isEmpty {
      let tail = address?.bytes.suffix(4) ?? []
      bytes = [0x02, 0x42] + (tail.isEmpty ? (0..<4).map { _ in UInt8.random(in: 0...255) } : Array(tail))
      return
    }
    let parts = wanted.split(separator: ":", omittingEmptySubsequences: false).map { UInt8($0, radix: 16) }
    let known = parts.compactMap { $0 }
    guard parts.count == 6, known.count == 6, known[0] & 1 == 0 else {
      throw GantryError(.invalidArgument, "\(wanted) is not a hardware address; write it like 02:42:ac:11:00:02")
    }
    bytes = known
  }

  var description: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
