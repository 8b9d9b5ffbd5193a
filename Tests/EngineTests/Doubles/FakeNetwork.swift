import AsyncServices
import AsyncWire
import Errors
import Messages
import Synchronization

/// A network plugin that keeps a list.
final class FakeNetwork: Sendable {
  private let endpoints = Mutex<[String: GantryNetworkV1.Endpoint]>([:])

  /// Ids of the containers that have a place.
  var members: Set<String> { Set(endpoints.withLock { $0.keys }) }

  func add(_ endpoint: GantryNetworkV1.Endpoint) { endpoints.withLock { $0[endpoint.endpointId] = endpoint } }

  func client() throws -> Client {
    typealias Methods = GantryNetworkV1.NetworkMethods
    var table = RouteTable()
    table.on(Methods.createNetwork) {
      (request: GantryNetworkV1.CreateNetworkRequest, _) -> GantryNetworkV1.CreateNetworkResponse in
      var network = request.network ?? .init()
      network.subnets = [.init(cidr: "172.17.0.0/16", gateway: "172.17.0.1")]
      return .init(network: network)
    }
    table.on(Methods.createEndpoint) {
      [self] (request: GantryNetworkV1.CreateEndpointRequest, context) -> GantryNetworkV1.CreateEndpointResponse in
      guard context.descriptors.count == 1 else { throw GantryError(.invalidArgument, "no namespace") }
      let endpoint = GantryNetworkV1.Endpoint(
        networkId: request.networkId, endpointId: request.endpointId, containerId: request.containerId,
        ipv4Address: "172.17.0.2/16", ipv4Gateway: "172.17.0.1")
      add(endpoint)
      return .init(endpoint: endpoint)
    }
    table.on(Methods.deleteEndpoint) {
      [self] (request: GantryNetworkV1.DeleteEndpointRequest, _) -> GantryNetworkV1.DeleteEndpointResponse in
      endpoints.withLock { _ = $0.removeValue(forKey: request.endpointId) }
      return .init()
    }
    table.on(Methods.listEndpoints) {
      [self] (_: GantryNetworkV1.ListEndpointsRequest, _) -> GantryNetworkV1.ListEndpointsResponse in
      .init(endpoints: Array(endpoints.withLock { $0.values }))
    }
    return try table.client()
  }
}
