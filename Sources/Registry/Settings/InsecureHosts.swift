/// The registries that may be spoken to without a good certificate, or without TLS: `insecure-registries`.
///
/// As in Docker an entry is a host, a host with a port, or a block of addresses, which also counts for names that lead into
/// it; 127.0.0.0/8 and ::1 always count.
package struct InsecureHosts: Sendable {
  private let hosts: Set<String>
  private let blocks: [AddressBlock]

  package init(_ entries: [String]) {
    var hosts: Set<String> = []
    var blocks = ["127.0.0.0/8", "::1/128"].compactMap { AddressBlock($0) }
    for entry in entries {
      // People write addresses here; Docker warns and takes the host.
      var text = Substring(entry.lowercased().filter { $0 != " " })
      for prefix in ["http://", "https://"] where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
      while text.hasSuffix("/") { text = text.dropLast() }
      if let block = AddressBlock(text) { blocks.append(block) } else if !text.isEmpty { hosts.insert(String(text)) }
    }
    self.hosts = hosts
    self.blocks = blocks
  }

  /// Whether `host`, with `port` where its reference has one, is listed.
  ///
  /// - Parameter resolve: finds a name's addresses; asked only where blocks are all that is left.
  package func contains(host: String, port: Int?, resolve: (String) -> [IPAddress]) -> Bool {
    let host = host.lowercased()
    if hosts.contains(host) { return true }
    if let port, hosts.contains("\(host):\(port)") { return true }
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    return resolve(bare).contains { address in blocks.contains { $0.contains(address) } }
  }
}
