import AsyncServices
import Errors
import Messages

/// What a network plugin must do (`gantry.network.v1.Network`).
enum NetworkChecks {
  static let all = networks + endpoints + addresses + surviving

  // MARK: - Networks

  private static let networks: [ConformanceCheck] = [
    ConformanceCheck("a network without subnets gets a free private one and a gateway in it") { plugin in
      let probe = await NetworkProbe(plugin)
      let network = try await probe.network()
      let subnet = try require(network.subnets.first, "the answer must have a subnet")
      let range = try IPv4Subnet(subnet.cidr)
      try expect(range.isPrivate, "the subnet \(subnet.cidr) must be a private one")
      try expect(try range.contains(subnet.gateway), "the gateway \(subnet.gateway) must lie in \(subnet.cidr)")
      try expect(try await probe.list().contains(network), "ListNetworks must have the network as it was answered")
      try await probe.delete(network.id)
      try expect(!(try await probe.list().contains { $0.id == network.id }), "ListNetworks must not have it any more")
    },
    ConformanceCheck("two networks get different subnets") { plugin in
      let probe = await NetworkProbe(plugin)
      let first = try await probe.network()
      let second = try await probe.network()
      try expect(first.subnets.first?.cidr != second.subnets.first?.cidr, "the subnets must differ")
      for network in [first, second] { try await probe.delete(network.id) }
    },
    ConformanceCheck("making a network again answers the same, with other settings it is refused") { plugin in
      let probe = await NetworkProbe(plugin)
      let config = NetworkProbe.Config(id: UniqueName.id(), name: "conformance-again")
      let network = try await probe.create(config)
      try expectEqual(try await probe.create(config), network, "the second answer")
      try expectEqual(try await probe.create(network), network, "the answer to the full settings")
      var other = network
      other.subnets = [.init(cidr: "10.213.77.0/24")]
      try await expectError(.alreadyExists, what: "the same id with another subnet") { try await probe.create(other) }
      try await probe.delete(network.id)
    },
    ConformanceCheck("a subnet that was asked for is taken, one that is none is refused") { plugin in
      let probe = await NetworkProbe(plugin)
      let network = try await probe.network(subnets: [.init(cidr: "10.213.78.0/24", gateway: "10.213.78.9")])
      try expectEqual(network.subnets.first?.cidr, "10.213.78.0/24", "the subnet")
      try expectEqual(network.subnets.first?.gateway, "10.213.78.9", "the gateway")
      try await probe.delete(network.id)
      for cidr in ["10.213.79.0", "10.213.79.0/40", "text"] {
        try await expectError(.invalidArgument, what: "the subnet \"\(cidr)\"") {
          try await probe.network(subnets: [.init(cidr: cidr)])
        }
      }
    },
    ConformanceCheck("removing what is not there is no error") { plugin in
      let probe = await NetworkProbe(plugin)
      try await probe.delete(UniqueName.id())
      try await probe.leave(.init(networkId: UniqueName.id(), endpointId: UniqueName.id()))
    },
    ConformanceCheck("a network with endpoints is not removed") { plugin in
      let probe = await NetworkProbe(plugin)
      let network = try await probe.network()
      let endpoint = try await probe.join(network, try await NamespaceProbe())
      try await expectError(.failedPrecondition, what: "DeleteNetwork with an endpoint on it") {
        try await probe.delete(network.id)
      }
      try await probe.leave(endpoint)
      try await probe.delete(network.id)
    },
  ]

  // MARK: - Endpoints

  private static let endpoints: [ConformanceCheck] = [
    ConformanceCheck("an endpoint is a link with an address and a route in its namespace") { plugin in
      let probe = await NetworkProbe(plugin)
      let namespace = try await NamespaceProbe()
      let network = try await probe.network()
      let endpoint = try await probe.join(network, namespace)
      let subnet = try require(network.subnets.first, "the network must have a subnet")
      try expectEqual(endpoint.interfaceName, "eth0", "the link's name")
      try expectEqual(try await namespace.links(), ["eth0"], "the links in the namespace")
      try expect(
        try IPv4Subnet(subnet.cidr).contains(NetworkProbe.address(endpoint)),
        "the address \(endpoint.ipv4Address) must lie in \(subnet.cidr)")
      try expectEqual(
        endpoint.ipv4Address.split(separator: "/").last, subnet.cidr.split(separator: "/").last, "the prefix")
      try expectEqual(endpoint.ipv4Gateway, subnet.gateway, "the gateway")
      try expectEqual(try await namespace.defaultGateway(), subnet.gateway, "the default route")
      try expectEqual(endpoint.macAddress.split(separator: ":").count, 6, "the number of the MAC address's parts")
      try expect(
        try await probe.endpoints(of: network.id) == [endpoint], "ListEndpoints must have it as it was answered")
      try await probe.leave(endpoint)
      // The kernel takes its time over a link that goes; a plugin need not hold its caller for that.
      let deadline = ContinuousClock.now + .seconds(5)
      while try await !namespace.links().isEmpty, ContinuousClock.now < deadline { await Task.yield() }
      try expectEqual(try await namespace.links(), [], "the links after DeleteEndpoint")
      try expectEqual(try await probe.endpoints(of: network.id).count, 0, "the number of endpoints after it")
      try await probe.delete(network.id)
    },
    ConformanceCheck("two endpoints of a network reach each other") { plugin in
      let probe = await NetworkProbe(plugin)
      let (first, second) = (try await NamespaceProbe(), try await NamespaceProbe())
      let network = try await probe.network()
      let server = try await probe.join(network, first)
      let client = try await probe.join(network, second)
      try expect(server.ipv4Address != client.ipv4Address, "the addresses must differ")
      let socket = try await first.listen(NetworkProbe.address(server), port: 7777)
      try expect(
        try await second.reaches(NetworkProbe.address(server), port: 7777), "a TCP connection must come about")
      withExtendedLifetime(socket) {}
      for endpoint in [server, client] { try await probe.leave(endpoint) }
      try await probe.delete(network.id)
    },
    ConformanceCheck("one namespace on two networks has two links") { plugin in
      let probe = await NetworkProbe(plugin)
      let namespace = try await NamespaceProbe()
      let networks = [try await probe.network(), try await probe.network()]
      let first = try await probe.join(networks[0], namespace)
      let second = try await probe.join(networks[1], namespace)
      try expectEqual(try await namespace.links(), ["eth0", "eth1"], "the links")
      for endpoint in [first, second] { try await probe.leave(endpoint) }
      for network in networks { try await probe.delete(network.id) }
    },
    ConformanceCheck("making an endpoint again gives the same answer") { plugin in
      let probe = await NetworkProbe(plugin)
      let namespace = try await NamespaceProbe()
      let network = try await probe.network()
      let request = GantryNetworkV1.CreateEndpointRequest(
        networkId: network.id, endpointId: UniqueName.id(), containerId: UniqueName.id())
      var answers: [GantryNetworkV1.Endpoint?] = []
      for _ in 0..<2 {
        answers.append(
          try await probe.client.createEndpoint(
            request, options: .init(timeout: .seconds(20), descriptors: [namespace.descriptor])
          ).endpoint)
      }
      try expectEqual(answers[1], answers[0], "the second answer")
      try expectEqual(try await namespace.links(), ["eth0"], "the links")
      try await probe.leave(try require(answers[0], "CreateEndpoint must answer with the endpoint"))
      try await probe.delete(network.id)
    },
    ConformanceCheck("an endpoint on a network that is not there, or without a namespace, is refused") { plugin in
      let probe = await NetworkProbe(plugin)
      let namespace = try await NamespaceProbe()
      try await expectError(.notFound, what: "CreateEndpoint on an unknown network") {
        try await probe.join(.init(id: UniqueName.id()), namespace)
      }
      let network = try await probe.network()
      try await expectError(.invalidArgument, what: "CreateEndpoint without a descriptor") {
        try await probe.client.createEndpoint(
          .init(networkId: network.id, endpointId: UniqueName.id(), containerId: "c"), options: within(5))
      }
      try await probe.delete(network.id)
    },
  ]
}
