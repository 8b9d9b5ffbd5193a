import AsyncServices
import Core
import Database
import Errors
import Linux
import Messages
import Synchronization

/// Which networks there are, and the containers' places on them. Safe to use from anywhere.
///
/// The default bridge is made when the first container asks for it, and made good again after a reboot
/// before the first container joins it.
package final class NetworkManager: Sendable {
  private struct State {
    var networks: [NetworkRecord] = []
    /// Networks that the plugin has confirmed since this process started.
    var confirmed: Set<String> = []
    /// A place could not be taken away; it is tried again.
    var isTidying = false
  }

  private static let timeout = Duration.seconds(30)

  private let context: EngineContext
  private let state = Mutex(State())
  private let gate = Gate()

  package init(_ context: EngineContext) { self.context = context }

  /// Reads the networks, and notes the predefined ones at the very first start.
  package func load() async throws {
    let networks = try await context.database.transaction { transaction in
      let table = NetworkTable(transaction)
      let known = Set(try table.all().map(\.name))
      for (name, driver) in [("bridge", "bridge"), ("host", "host"), ("none", "null")] where !known.contains(name) {
        try table.save(
          NetworkRecord(created: .now, driver: driver, settings: .init(id: HexID.random(), name: name)))
      }
      return try table.all()
    }
    state.withLock { $0.networks = networks }
  }

  package var all: [NetworkRecord] { state.withLock { $0.networks } }

  /// The network a container's settings name; "default" is the bridge.
  ///
  /// - Throws: `.notFound`, "network NAME not found".
  package func find(_ text: String) throws(GantryError) -> NetworkRecord {
    let name = text == "default" ? "bridge" : text
    let networks = all
    let match = networks.first { $0.name == name || $0.id == name }
    guard let network = match ?? networks.first(where: { name.count >= 4 && $0.id.hasPrefix(name) }) else {
      throw GantryError(.notFound, "network \(name) not found")
    }
    return network
  }

  /// Gives the container a place on its network.
  ///
  /// - Parameter namespace: the container's network namespace.
  /// - Returns: its place; the same again for the same container.
  package func join(
    _ record: ContainerRecord, network: NetworkRecord, namespace: FileDescriptor
  ) async throws -> GantryNetworkV1.Endpoint {
    try await confirm(network)
    let response = try await context.backends.networks.createEndpoint(
      .init(
        networkId: network.id, endpointId: record.id, containerId: record.id, interfaceName: "eth0",
        aliases: [record.name]),
      options: .init(timeout: Self.timeout, descriptors: [namespace]))
    guard let endpoint = response.endpoint else {
      throw GantryError(.internal, "the network plugin gave container \(record.id) no place on network \(network.name)")
    }
    return endpoint
  }

  /// The place that a container has on the network of its settings; nil where it has none.
  package func place(of record: ContainerRecord) async throws -> GantryNetworkV1.Endpoint? {
    let network = try find(record.settings.network)
    guard Self.needsPlugin(network) else { return nil }
    let response = try await context.backends.networks.listEndpoints(
      .init(networkId: network.id), options: .init(timeout: Self.timeout))
    return response.endpoints.first { $0.containerId == record.id }
  }

  /// Takes the container's place away. What is not there is no error.
  package func leave(container: String, network: String) async throws {
    _ = try await context.backends.networks.deleteEndpoint(
      .init(networkId: network, endpointId: container), options: .init(timeout: Self.timeout))
  }

  /// Tells that a container has come to a network or left it, also "none" and "host", as Docker does.
  package func publish(_ action: String, network id: String, container: String) {
    let network = all.first { $0.id == id }
    context.events.publish(
      "network", action, id: id,
      ["container": container, "name": network?.name ?? "", "type": network?.driver ?? ""])
  }

  /// Has the plugin make the network, or find it made, once in this process's life.
  private func confirm(_ network: NetworkRecord) async throws {
    if state.withLock({ $0.confirmed.contains(network.id) }) { return }
    try await gate.withLock {
      guard
        let current = state.withLock({ state in
          state.confirmed.contains(network.id) ? nil : state.networks.first { $0.id == network.id }
        })
      else { return }
      let response = try await context.backends.networks.createNetwork(
        .init(network: current.settings), options: .init(timeout: Self.timeout))
      let settings = response.network ?? current.settings
      if settings != current.settings {
        let updated = NetworkRecord(created: current.created, driver: current.driver, settings: settings)
        try await context.database.transaction { try NetworkTable($0).save(updated) }
        state.withLock { state in
          state.networks = state.networks.map { $0.id == network.id ? updated : $0 }
        }
      }
      state.withLock { _ = $0.confirmed.insert(network.id) }
    }
  }

  /// Whether a network needs the plugin at all.
  package static func needsPlugin(_ network: NetworkRecord) -> Bool { network.driver == "bridge" }

  /// Takes away the places of containers that do not run any more: what an earlier process left behind.
  ///
  /// - Returns: whether all of it is done.
  @discardableResult
  package func forgetStrangers() async -> Bool {
    do {
      let known = Set(all.map(\.id))
      let endpoints = try await context.backends.networks.listEndpoints(.init(), options: .init(timeout: Self.timeout))
      for endpoint in endpoints.endpoints where known.contains(endpoint.networkId) {
        try await forget(endpoint)
      }
      return true
    } catch {
      context.log.warning("network places are not tidied up: \(error)")
      return false
    }
  }

  /// Takes away later, and again until it works, what the plugin did not when it was asked to.
  package func forgetStrangersLater() {
    let isFirst = state.withLock { state in
      defer { state.isTidying = true }
      return !state.isTidying
    }
    guard isFirst else { return }
    Task {
      var pause = Duration.seconds(2)
      repeat {
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(300))
      } while await !forgetStrangers()
      state.withLock { $0.isTidying = false }
    }
  }

  /// Has the plugin take its networks' links and rules away where no container is on them any more. They come back, with
  /// the same addresses, when a container asks for them.
  package func takeDown() async {
    if state.withLock({ $0.isTidying }) { await forgetStrangers() }
    for network in all where Self.needsPlugin(network) {
      do {
        _ = try await context.backends.networks.deleteNetwork(
          .init(id: network.id), options: .init(timeout: .seconds(5)))
        state.withLock { _ = $0.confirmed.remove(network.id) }
      } catch  where error.code == .failedPrecondition {
        continue
      } catch {
        context.log.warning("network \(network.name) is left as it is: \(error)")
      }
    }
  }

  private func forget(_ endpoint: GantryNetworkV1.Endpoint) async throws {
    guard let container = context.registry.container(id: endpoint.containerId) else {
      return try await leave(container: endpoint.endpointId, network: endpoint.networkId)
    }
    // Inside the gate nobody is just starting it.
    try await container.gate.withLock {
      guard container.task == nil, !container.record.lifecycle.isRunning else { return }
      try await leave(container: endpoint.endpointId, network: endpoint.networkId)
    }
  }
}
