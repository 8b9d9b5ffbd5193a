/// The packet rules of one network, as commands of nft(8).
///
/// Each network has a table of its own, so that making and removing it is one atomic step that touches nothing else on
/// the host: no other engine's rules, and no administrator's.
struct NetworkRules {
  let networkID: String
  let bridge: String
  let subnets: [IPSubnet]
  let isInternal: Bool

  private var table: String { "gantry_\(networkID.prefix(12))" }

  /// Makes the table anew, whatever was there before.
  var installing: String {
    families.map { family, subnets in
      // Naming the table first makes `delete` succeed where there is none yet.
      """
      table \(family) \(table)
      delete table \(family) \(table)
      table \(family) \(table) {
        chain postrouting {
          type nat hook postrouting priority srcnat; policy accept;
      \(isInternal ? "" : subnets.map { "    \(family) saddr \($0) oifname != \"\(bridge)\" masquerade" }.joined(separator: "\n"))
        }
        chain forward {
          type filter hook forward priority filter; policy accept;
      \(forwarding)
        }
      }

      """
    }.joined()
  }

  var removing: String {
    families.map { family, _ in "table \(family) \(table)\ndelete table \(family) \(table)\n" }.joined()
  }

  /// Between this network and anything else: replies come in, new connections only go out; an internal one has neither.
  private var forwarding: String {
    if isInternal {
      return """
            iifname "\(bridge)" oifname != "\(bridge)" drop
            oifname "\(bridge)" iifname != "\(bridge)" drop
        """
    }
    return """
          oifname "\(bridge)" iifname != "\(bridge)" ct state established,related accept
          oifname "\(bridge)" iifname != "\(bridge)" ct status dnat accept
          oifname "\(bridge)" iifname != "\(bridge)" drop
      """
  }

  private var families: [(String, [IPSubnet])] {
    [("ip", .ipv4), ("ip6", IPAddress.Family.ipv6)].compactMap { name, family in
      let members = subnets.filter { $0.family == family }
      return members.isEmpty ? nil : (name, members)
    }
  }
}
