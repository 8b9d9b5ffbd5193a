import BridgeNetwork
import Errors
import Testing

@Suite struct BridgeAddressTests {
  @Test(arguments: ["10.0.0.1", "255.255.255.255", "fd00::1", "::"])
  func anAddressReadsAndWritesBackTheSame(_ text: String) throws {
    #expect(try IPAddress(parsing: text).description == text)
  }

  @Test(arguments: ["", "10.0.0", "10.0.0.256", "fd00:::1", "host", "10.0.0.1/8"])
  func whatIsNoAddressIsRefused(_ text: String) {
    #expect(throws: GantryError.self) { try IPAddress(parsing: text) }
  }

  @Test func aSubnetDropsItsHostBits() throws {
    #expect(try IPSubnet(parsing: "172.17.5.9/16").description == "172.17.0.0/16")
    #expect(try IPSubnet(parsing: "fd00::5/64").description == "fd00::/64")
    #expect(try IPSubnet(parsing: "0.0.0.0/0").last.description == "255.255.255.255")
  }

  @Test(arguments: ["172.17.0.0", "172.17.0.0/33", "172.17.0.0/-1", "x/8", "172.17.0.0/8/8"])
  func whatIsNoSubnetIsRefused(_ text: String) {
    #expect(throws: GantryError.self) { try IPSubnet(parsing: text) }
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.1.0.0/16", true), ("10.1.0.0/16", "10.0.0.0/8", true), ("10.0.0.0/16", "10.1.0.0/16", false),
    ("10.0.0.0/8", "fd00::/8", false),
  ])
  func overlapIsSymmetric(_ left: String, _ right: String, _ expected: Bool) throws {
    #expect(try IPSubnet(parsing: left).overlaps(IPSubnet(parsing: right)) == expected)
    #expect(try IPSubnet(parsing: right).overlaps(IPSubnet(parsing: left)) == expected)
  }

  @Test func hostsLeaveOutNetworkAndBroadcast() throws {
    let hosts = try #require(try IPSubnet(parsing: "192.168.1.0/30").hosts)
    #expect(hosts.count == 2)
    #expect(try IPSubnet(parsing: "192.168.1.0/32").hosts == nil)
  }

  @Test func freeSubnetsAvoidWhatIsTaken() throws {
    #expect(try SubnetPool.free(avoiding: []).description == "172.17.0.0/16")
    #expect(try SubnetPool.free(avoiding: [IPSubnet(parsing: "172.17.3.0/24")]).description == "172.18.0.0/16")
    #expect(try SubnetPool.free(avoiding: [IPSubnet(parsing: "172.16.0.0/12")]).description == "192.168.0.0/20")
    let error = #expect(throws: GantryError.self) {
      try SubnetPool.free(avoiding: [IPSubnet(parsing: "172.16.0.0/12"), IPSubnet(parsing: "192.168.0.0/16")])
    }
    #expect(error?.code == .resourceExhausted)
  }

  @Test func addressesGoUpwardsAndAFreedOneComesLast() throws {
    let subnet = try IPSubnet(parsing: "10.9.0.0/29")
    var book = try AddressBook(subnet: subnet, range: nil, gateway: IPAddress(parsing: "10.9.0.1"))
    #expect(try book.take().description == "10.9.0.2")
    #expect(try book.take().description == "10.9.0.3")
    book.give(back: try IPAddress(parsing: "10.9.0.2"))
    #expect(try (0..<3).map { _ in try book.take().description } == ["10.9.0.4", "10.9.0.5", "10.9.0.6"])
    #expect(try book.take().description == "10.9.0.2")
    let error = #expect(throws: GantryError.self) { try book.take() }
    #expect(error?.code == .resourceExhausted)
  }

  @Test func anAddressAskedForMustBeFreeAndInside() throws {
    let subnet = try IPSubnet(parsing: "10.9.0.0/24")
    var book = try AddressBook(subnet: subnet, range: nil, gateway: IPAddress(parsing: "10.9.0.1"))
    try book.take(IPAddress(parsing: "10.9.0.50"))
    for (address, code) in [
      ("10.9.0.50", ErrorCode.alreadyExists), ("10.9.0.1", .alreadyExists), ("10.8.0.1", .invalidArgument),
      ("10.9.0.255", .invalidArgument),
    ] {
      let error = #expect(throws: GantryError.self) { try book.take(IPAddress(parsing: address)) }
      #expect(error?.code == code)
    }
  }

  @Test func aRangeLimitsWhatIsGiven() throws {
    let book = try AddressBook(
      subnet: IPSubnet(parsing: "10.9.0.0/24"), range: IPSubnet(parsing: "10.9.0.128/30"),
      gateway: IPAddress(parsing: "10.9.0.1"))
    var copy = book
    #expect(try copy.take().description == "10.9.0.128")
    #expect(throws: GantryError.self) {
      try AddressBook(
        subnet: IPSubnet(parsing: "10.9.0.0/24"), range: IPSubnet(parsing: "10.8.0.0/30"),
        gateway: IPAddress(parsing: "10.9.0.1"))
    }
  }
}
