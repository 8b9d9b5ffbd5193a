import AsyncServices
import AsyncWire
import Errors
import Messages

extension BridgeDriver: GantryNetworkV1.NetworkService {
  public func createNetwork(
    _ request: GantryNetworkV1.CreateNetworkRequest, context: CallContext
  ) async throws -> GantryNetworkV1.CreateNetworkResponse {
    guard let network = request.network else {
      throw GantryError(.invalidArgument, "the request names no network")
    }
    return .init(network: try create(network))
  }

  public func deleteNetwork(
    _ request: GantryNetworkV1.DeleteNetworkRequest, context: CallContext
  ) async throws -> GantryNetworkV1.DeleteNetworkResponse {
    try deleteNetwork(request.id)
    return .init()
  }

  public func listNetworks(
    _ request: GantryNetworkV1.ListNetworksRequest, context: CallContext
  ) async throws -> GantryNetworkV1.ListNetworksResponse {
    .init(networks: listNetworks())
  }

  public func createEndpoint(
    _ request: GantryNetworkV1.CreateEndpointRequest, context: CallContext
  ) async throws -> GantryNetworkV1.CreateEndpointResponse {
    guard let namespace = context.descriptors.first else {
      throw GantryError(.invalidArgument, "the request brings no descriptor of a network namespace")
    }
    return .init(endpoint: try create(request, in: namespace))
  }

  public func deleteEndpoint(
    _ request: GantryNetworkV1.DeleteEndpointRequest, context: CallContext
  ) async throws -> GantryNetworkV1.DeleteEndpointResponse {
    try delete(request)
    return .init()
  }

  public func listEndpoints(
    _ request: GantryNetworkV1.ListEndpointsRequest, context: CallContext
  ) async throws -> GantryNetworkV1.ListEndpointsResponse {
    .init(endpoints: listEndpoints(of: request.networkId))
  }
}
