import AsyncServices
import Errors
import Messages

extension NetworkChecks {
  // MARK: - Addresses

  static let addresses: [ConformanceCheck] = [
    ConformanceCheck("an address that was asked for is given, and refused when it is taken or outside") { plugin in
      let probe = await NetworkProbe(plugin)
      let network = try await probe.network(subnets: [.init(cidr: "10.213.80.0/24")])
      let endpoint = try await probe.join(network, try await NamespaceProbe(), address: "10.213.80.77")
      try expectEqual(endpoint.ipv4Address, "10.213.80.77/24", "the address")
      let other = try await NamespaceProbe()
      try await expectError(.alreadyExists, what: "a taken address") {
        try await probe.join(network, other, address: "10.213.80.77")
      }
      try await expectError(.invalidArgument, what: "an address outside of the subnet") {
        try await probe.join(network, other, address: "10.99.0.1")
      }
      try expectEqual(try await other.links(), [], "the links after what was refused")
      try await probe.leave(endpoint)
      try await probe.delete(network.id)
    },
    ConformanceCheck("a subnet that is full says so, and a freed address is given again") { plugin in
      let probe = await NetworkProbe(plugin)
      // Eight addresses, less network, broadcast and gateway.
      let network = try await probe.network(subnets: [.init(cidr: "10.213.81.0/29")])
      var endpoints: [NetworkProbe.Endpoint] = []
      for _ in 0..<5 { endpoints.append(try await probe.join(network, try await NamespaceProbe())) }
      try expectEqual(Set(endpoints.map(\.ipv4Address)).count, 5, "the number of different addresses")
      let late = try await NamespaceProbe()
      try await expectError(.resourceExhausted, what: "an endpoint on a full subnet") {
        try await probe.join(network, late)
      }
      let freed = endpoints.removeFirst()
      try await probe.leave(freed)
      let last = try await probe.join(network, late)
      try expectEqual(last.ipv4Address, freed.ipv4Address, "the address that is free")
      for endpoint in endpoints + [last] { try await probe.leave(endpoint) }
      try await probe.delete(network.id)
    },
    ConformanceCheck("a kept address is the endpoint's again, whatever came between") { plugin in
      let probe = await NetworkProbe(plugin)
      let network = try await probe.network(subnets: [.init(cidr: "10.213.82.0/28")])
      let id = UniqueName.id()
      let first = try await probe.join(network, try await NamespaceProbe(), endpoint: id)
      try await probe.leave(first, keepingAddress: true)
      var others: [NetworkProbe.Endpoint] = []
      for _ in 0..<5 { others.append(try await probe.join(network, try await NamespaceProbe())) }
      try expect(!others.contains { $0.ipv4Address == first.ipv4Address }, "a kept address must not be given away")
      let again = try await probe.join(network, try await NamespaceProbe(), endpoint: id)
      try expectEqual(again.ipv4Address, first.ipv4Address, "the address")
      for endpoint in others + [again] { try await probe.leave(endpoint) }
      try await probe.delete(network.id)
    },
    ConformanceCheck("ten endpoints at once get ten addresses") { plugin in
      let probe = await NetworkProbe(plugin)
      let network = try await probe.network()
      let endpoints = try await withThrowingTaskGroup(of: NetworkProbe.Endpoint.self) { group in
        for _ in 0..<10 { group.addTask { try await probe.join(network, try await NamespaceProbe()) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      try expectEqual(Set(endpoints.map(\.ipv4Address)).count, 10, "the number of different addresses")
      try expectEqual(Set(endpoints.map(\.macAddress)).count, 10, "the number of different MAC addresses")
      for endpoint in endpoints { try await probe.leave(endpoint) }
      try await probe.delete(network.id)
    },
  ]

  // MARK: - Restart

  static let surviving: [ConformanceCheck] = [
    ConformanceCheck("networks, endpoints and addresses are there again after the plugin was killed") { plugin in
      let before = await NetworkProbe(plugin)
      let (first, second) = (try await NamespaceProbe(), try await NamespaceProbe())
      let network = try await before.network()
      let endpoint = try await before.join(network, first)
      try await plugin.restart()
      let after = await NetworkProbe(plugin)
      try expect(try await after.list().contains(network), "ListNetworks must have the network as it was")
      try expect(
        try await after.endpoints(of: network.id) == [endpoint], "ListEndpoints must have the endpoint as it was")
      try expectEqual(try await first.links(), ["eth0"], "the links in the namespace")
      try expectEqual(try await after.create(network), network, "the answer to making the network again")
      let other = try await after.join(network, second)
      try expect(other.ipv4Address != endpoint.ipv4Address, "the address must not be given twice")
      let socket = try await first.listen(NetworkProbe.address(endpoint), port: 7778)
      try expect(
        try await second.reaches(NetworkProbe.address(endpoint), port: 7778), "a TCP connection must come about")
      withExtendedLifetime(socket) {}
      for one in [endpoint, other] { try await after.leave(one) }
      try await after.delete(network.id)
    }
  ]
}
