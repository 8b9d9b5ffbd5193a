/// `NO_PROXY`: the hosts that are reached without a proxy, read as Go reads it.
///
/// - SeeAlso: golang.org/x/net/http/httpproxy. Entries are separated by commas: `*`, an address, a block of addresses, a
///   domain (it and what is below it), or a domain with a leading dot (only what is below it); each but a block may have a port.
///   `localhost` and loopback addresses never go through a proxy.
package struct ProxyExceptions: Sendable {
  private struct Domain: Sendable {
    /// With its leading dot.
    let suffix: String
    let matchesHost: Bool
    let port: Int?
  }

  private var matchesAll = false
  private var blocks: [AddressBlock] = []
  private var addresses: [(address: IPAddress, port: Int?)] = []
  private var domains: [Domain] = []

  package init(_ text: String) {
    for part in text.split(separator: ",") {
      let entry = part.trimming { $0 == " " || $0 == "\t" }.lowercased()
      if entry.isEmpty { continue }
      if entry == "*" {
        matchesAll = true
        return
      }
      if let block = AddressBlock(entry) {
        blocks.append(block)
        continue
      }
      let (host, port) = Self.split(entry)
      guard !host.isEmpty else { continue }
      if let address = IPAddress(host) {
        addresses.append((address, port))
        continue
      }
      var suffix = host
      if suffix.hasPrefix("*.") { suffix = String(suffix.dropFirst()) }
      let isBelowOnly = suffix.hasPrefix(".")
      domains.append(Domain(suffix: isBelowOnly ? suffix : "." + suffix, matchesHost: !isBelowOnly, port: port))
    }
  }

  /// Whether this host, without brackets, is reached directly.
  package func contains(host: String, port: Int) -> Bool {
    let host = host.lowercased().hasSuffix(".") ? String(host.lowercased().dropLast()) : host.lowercased()
    if host == "localhost" { return true }
    let address = IPAddress(host)
    if address?.isLoopback == true || matchesAll { return true }
    if let address {
      return blocks.contains { $0.contains(address) }
        || addresses.contains { $0.address == address && ($0.port ?? port) == port }
    }
    return domains.contains { domain in
      (domain.port ?? port) == port
        && (host.hasSuffix(domain.suffix) || (domain.matchesHost && host == domain.suffix.dropFirst()))
    }
  }

  /// Takes the port off `host:port` and the brackets off `[address]:port`.
  private static func split(_ entry: String) -> (host: String, port: Int?) {
    if entry.hasPrefix("["), let end = entry.firstIndex(of: "]") {
      let rest = entry[entry.index(after: end)...]
      return (
        String(entry[entry.index(after: entry.startIndex)..<end]), rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil
      )
    }
    guard IPAddress(entry) == nil, let colon = entry.lastIndex(of: ":"),
      let port = Int(entry[entry.index(after: colon)...])
    else { return (entry, nil) }
    return (String(entry[..<colon]), port)
  }
}

extension Substring {
  func trimming(_ isBlank: (Character) -> Bool) -> Substring {
    var text = drop(while: isBlank)
    while let last = text.last, isBlank(last) { text = text.dropLast() }
    return text
  }
}
