import AsyncServices
import AsyncWire
import Errors
import Messages
import Wire

/// A network plugin and what the checks do with it again and again.
struct NetworkProbe: Sendable {
  typealias Config = GantryNetworkV1.NetworkConfig
  typealias Endpoint = GantryNetworkV1.Endpoint

  let client: GantryNetworkV1.NetworkClient

  init(_ plugin: any PluginUnderTest) async { client = .init(await plugin.caller) }

  func create(_ config: Config) async throws -> Config {
    try require(
      try await client.createNetwork(.init(network: config), options: within(20)).network,
      "CreateNetwork must answer with the network")
  }

  /// A network of the check's own, with a subnet that the plugin finds where none is given.
  func network(subnets: [GantryNetworkV1.Subnet] = []) async throws -> Config {
    let id = UniqueName.id()
    return try await create(Config(id: id, name: "conformance-\(id.prefix(8))", subnets: subnets))
  }

  func delete(_ id: String) async throws {
    _ = try await client.deleteNetwork(.init(id: id), options: within(20))
  }

  func list() async throws -> [Config] {
    try await client.listNetworks(.init(), options: within(20)).networks
  }

  func join(
    _ network: Config, _ namespace: NamespaceProbe, endpoint: String = UniqueName.id(), address: String = ""
  ) async throws -> Endpoint {
    let request = GantryNetworkV1.CreateEndpointRequest(
      networkId: network.id, endpointId: endpoint, containerId: UniqueName.id(), ipv4Address: address)
    let response = try await client.createEndpoint(
      request, options: CallOptions(timeout: .seconds(20), descriptors: [namespace.descriptor]))
    return try require(response.endpoint, "CreateEndpoint must answer with the endpoint")
  }

  func leave(_ endpoint: Endpoint, keepingAddress: Bool = false) async throws {
    _ = try await client.deleteEndpoint(
      .init(networkId: endpoint.networkId, endpointId: endpoint.endpointId, keepAddress: keepingAddress),
      options: within(20))
  }

  func endpoints(of network: String = "") async throws -> [Endpoint] {
    try await client.listEndpoints(.init(networkId: network), options: within(20)).endpoints
  }

  /// The address of an endpoint without the prefix length.
  static func address(_ endpoint: Endpoint) -> String {
    String(endpoint.ipv4Address.split(separator: "/").first ?? "")
  }
}
