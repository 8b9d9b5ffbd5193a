import Glibc

/// An IPv4 or IPv6 address by its bytes; IPv4 within IPv6 (`::ffff:1.2.3.4`) is IPv4.
package struct IPAddress: Sendable, Hashable {
  /// Four or sixteen.
  package let bytes: [UInt8]

  /// Reads an address without brackets; nil where it is none.
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    guard text.utf8.count <= 64, !text.utf8.contains(0) else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    let all = withUnsafeBytes(of: &six) { Array($0) }
    let isMapped = all[..<10].allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
    bytes = isMapped ? Array(all[12...]) : all
  }

  package var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  /// The addresses that `host` has by /etc/hosts or the resolver. Blocks.
  static func resolve(_ host: String) -> [IPAddress] {
    if let address = IPAddress(host) { return [address] }
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var entry = list
    while let current = entry {
      var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      if let address = current.pointee.ai_addr,
        getnameinfo(address, current.pointee.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
      {
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if let address = IPAddress(text.prefix { $0 != "%" }) { addresses.append(address) }
      }
      entry = current.pointee.ai_next
    }
    return addresses
  }
}
