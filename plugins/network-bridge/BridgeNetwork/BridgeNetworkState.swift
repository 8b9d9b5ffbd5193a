import Errors
import Messages

/// One network and the addresses it has given away.
struct BridgeNetworkState {
  let config: GantryNetworkV1.NetworkConfig
  var books: [AddressBook]
  private(set) var gateways: [IPAddress]

  /// - Throws: `.invalidArgument` where a subnet of the configuration makes no sense.
  init(_ config: GantryNetworkV1.NetworkConfig) throws(GantryError) {
    var config = config
    var books: [AddressBook] = []
    var gateways: [IPAddress] = []
    for index in config.subnets.indices {
      let subnet = try IPSubnet(parsing: config.subnets[index].cidr)
      let wanted = config.subnets[index].gateway
      let gateway = wanted.isEmpty ? IPAddress(subnet.family, subnet.base.value + 1) : try IPAddress(parsing: wanted)
      guard subnet.contains(gateway) else {
        throw GantryError(.invalidArgument, "gateway \(gateway) is not inside subnet \(subnet)")
      }
      let range = config.subnets[index].ipRange
      books.append(
        try AddressBook(subnet: subnet, range: range.isEmpty ? nil : try IPSubnet(parsing: range), gateway: gateway))
      gateways.append(gateway)
      config.subnets[index].cidr = subnet.description
      config.subnets[index].gateway = gateway.description
    }
    self.config = config
    self.books = books
    self.gateways = gateways
  }

  /// Name of the bridge; a link's name has fifteen bytes at most.
  var bridge: String {
    config.options["com.docker.network.bridge.name"] ?? "gbr-\(config.id.prefix(11))"
  }

  var subnets: [IPSubnet] { books.map(\.subnet) }

  var rules: NetworkRules {
    NetworkRules(networkID: config.id, bridge: bridge, subnets: subnets, isInternal: config.internal)
  }

  /// Takes an address of a family: the one asked for, or, where `wanted` is empty, a free one.
  ///
  /// - Returns: nil where the network has no subnet of that family.
  mutating func takeAddress(_ family: IPAddress.Family, wanted: String) throws(GantryError) -> Taken? {
    let candidates = books.indices.filter { books[$0].subnet.family == family }
    if wanted.isEmpty {
      guard let index = candidates.first else { return nil }
      return Taken(address: try books[index].take(), subnet: books[index].subnet, gateway: gateways[index])
    }
    let address = try IPAddress(parsing: wanted)
    guard let index = candidates.first(where: { books[$0].subnet.contains(address) }) else {
      throw GantryError(.invalidArgument, "address \(wanted) is in no subnet of network \(config.name)")
    }
    try books[index].take(address)
    return Taken(address: address, subnet: books[index].subnet, gateway: gateways[index])
  }

  /// Takes an address that was given away in an earlier life.
  mutating func take(_ address: IPAddress) throws(GantryError) {
    for index in books.indices where books[index].subnet.contains(address) { try books[index].take(address) }
  }

  mutating func giveBack(_ address: IPAddress) {
    for index in books.indices where books[index].subnet.contains(address) { books[index].give(back: address) }
  }

  /// An address that is an endpoint's now, and what it needs to be used.
  struct Taken {
    let address: IPAddress
    let subnet: IPSubnet
    let gateway: IPAddress

    var withPrefix: String { "\(address)/\(subnet.prefixLength)" }
  }
}
