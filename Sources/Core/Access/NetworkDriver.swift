import AsyncServices
import AsyncWire
import Errors
import Linux
import Messages

/// Networks, kept by a network plugin. Safe to use from anywhere.
public struct NetworkDriver: Sendable {
  /// The plugin's own interface, for what is not here.
  public let network: GantryNetworkV1.NetworkClient
  private let identity: PluginIdentity

  public init(_ plugin: PluginConnection) {
    network = .init(plugin)
    identity = plugin.identity
  }

  /// Makes a network, or finds it made.
  ///
  /// - Returns: the settings with everything that was left open filled in.
  public func createNetwork(
    _ settings: GantryNetworkV1.NetworkConfig
  ) async throws(GantryError) -> GantryNetworkV1.NetworkConfig {
    let response = try await network.createNetwork(.init(network: settings))
    guard let made = response.network else {
      throw GantryError(.internal, "plugin \(identity) made network \(settings.name) without telling its settings")
    }
    return made
  }

  /// Joins a network namespace to a network.
  ///
  /// - Parameter namespace: descriptor of the network namespace.
  public func createEndpoint(
    _ request: GantryNetworkV1.CreateEndpointRequest, namespace: FileDescriptor
  ) async throws(GantryError) -> GantryNetworkV1.Endpoint {
    let response = try await network.createEndpoint(request, options: .init(descriptors: [namespace]))
    guard let endpoint = response.endpoint else {
      throw GantryError(.internal, "plugin \(identity) made endpoint \(request.endpointId) without telling of it")
    }
    return endpoint
  }

  /// Takes an endpoint away. What is not there is no error.
  ///
  /// - Parameter keepingAddress: whether the same endpoint gets the same address again.
  public func deleteEndpoint(
    _ id: String, of networkID: String, keepingAddress: Bool
  ) async throws(GantryError) {
    _ = try await network.deleteEndpoint(
      .init(networkId: networkID, endpointId: id, keepAddress: keepingAddress))
  }
}
