import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import PluginKit
import Threads

/// The network plugin `bridge`: a bridge for each network, a pair of links for each endpoint, masquerading outwards.
///
/// Its calls to the kernel block for some hundred microseconds; they run one after the other on a thread of their own.
public actor BridgeDriver {
  private let executor = BlockingExecutor(name: "network-bridge")
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let kernel: NetlinkSocket
  private let filter: PacketFilter
  private let networkStore: RecordStore<GantryNetworkV1.NetworkConfig>
  private let endpointStore: RecordStore<GantryNetworkV1.Endpoint>
  private let links: LinkRemover
  private var networks: [String: BridgeNetworkState] = [:]
  private var endpoints: [String: GantryNetworkV1.Endpoint] = [:]

  /// - Parameters:
  ///   - data: directory for networks, which outlive a reboot.
  ///   - run: directory for endpoints, which do not.
  ///   - log: takes lines for the plugin's log.
  /// - Throws: where a directory cannot be used, or the kernel offers no routing socket.
  public init(data: String, run: String, log: @escaping @Sendable (String) -> Void) throws(GantryError) {
    kernel = try NetlinkSocket()
    filter = try PacketFilter()
    links = LinkRemover(log: log)
    networkStore = try RecordStore(directory: "\(data)/networks", isDurable: true)
    endpointStore = try RecordStore(directory: "\(run)/endpoints", isDurable: false)
    try BootIdentity.dropStale(in: "\(run)/endpoints", recordedAt: "\(run)/boot-id")
    for config in try networkStore.load(reporting: log) {
      do throws(GantryError) {
        networks[config.id] = try BridgeNetworkState(config)
      } catch {
        log("network \(config.name) is left out: \(error.message)")
      }
    }
    for endpoint in try endpointStore.load(reporting: log) {
      guard var network = networks[endpoint.networkId] else { continue }
      for text in [endpoint.ipv4Address, endpoint.ipv6Address] where !text.isEmpty {
        if let address = try? IPAddress(parsing: String(text.prefix { $0 != "/" })) { try? network.take(address) }
      }
      networks[endpoint.networkId] = network
      endpoints[endpoint.endpointId] = endpoint
    }
  }

  /// Waits until every link that was given up is gone.
  public func drain() { links.drain() }

  private func network(_ id: String) throws(GantryError) -> BridgeNetworkState {
    guard let network = networks[id] else { throw GantryError(.notFound, "network \(id) is not known to the bridge") }
    return network
  }

  // MARK: Networks

  package func create(_ wanted: GantryNetworkV1.NetworkConfig) throws(GantryError) -> GantryNetworkV1.NetworkConfig {
    guard wanted.id.utf8.count >= 12, wanted.id.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
      throw GantryError(.invalidArgument, "network id \"\(wanted.id)\" is not made of hexadecimal digits")
    }
    if let known = networks[wanted.id] {
      guard Self.fits(wanted, known.config) else {
        throw GantryError(.alreadyExists, "network \(wanted.id) exists with other settings; remove it first")
      }
      try ensure(known)
      return known.config
    }
    var config = wanted
    try removeLeftovers(of: wanted)
    let taken = networks.values.flatMap(\.subnets) + (try kernel.subnetsInUse())
    if config.subnets.isEmpty {
      config.subnets = [.init(cidr: try SubnetPool.free(avoiding: taken).description)]
    }
    let state = try BridgeNetworkState(config)
    try refuseClashes(of: state)
    // Written down before the bridge is made: should the plugin die in between, the next one knows the bridge as its own.
    try networkStore.save(state.config, as: state.config.id)
    do throws(GantryError) {
      try ensure(state)
    } catch {
      try? filter.run(state.rules.removing)
      try? kernel.remove(state.bridge)
      try? networkStore.remove(state.config.id)
      throw error
    }
    networks[state.config.id] = state
    return state.config
  }

  /// A creation that was killed before it could be written down leaves a bridge named after the network's own id, which
  /// is nobody else's.
  private func removeLeftovers(of config: GantryNetworkV1.NetworkConfig) throws(GantryError) {
    var bare = config
    bare.options["com.docker.network.bridge.name"] = nil
    bare.subnets = []
    let state = try BridgeNetworkState(bare)
    guard try kernel.index(of: state.bridge) != nil else { return }
    try? filter.run(state.rules.removing)
    try kernel.remove(state.bridge)
  }

  private func refuseClashes(of state: BridgeNetworkState) throws(GantryError) {
    guard state.bridge.utf8.count <= 15 else {
      throw GantryError(.invalidArgument, "bridge name \(state.bridge) is longer than 15 bytes")
    }
    for other in networks.values {
      if other.bridge == state.bridge {
        throw GantryError(.alreadyExists, "bridge \(state.bridge) belongs to network \(other.config.name)")
      }
      for subnet in state.subnets where other.subnets.contains(where: subnet.overlaps) {
        throw GantryError(.invalidArgument, "Pool overlaps with other one on this address space: \(subnet)")
      }
    }
    if try kernel.index(of: state.bridge) != nil {
      throw GantryError(.alreadyExists, "there is a link \(state.bridge) on this host already; choose another name")
    }
  }

  /// Whether a network asked for again is the one that is known; what the asker left open fits anything.
  private static func fits(
    _ wanted: GantryNetworkV1.NetworkConfig, _ known: GantryNetworkV1.NetworkConfig
  ) -> Bool {
    let subnetsFit =
      wanted.subnets.isEmpty
      || wanted.subnets.map(\.cidr) == known.subnets.map(\.cidr)
    return subnetsFit && wanted.internal == known.internal && wanted.ipv6 == known.ipv6 && wanted.mtu == known.mtu
      && wanted.options == known.options
  }

  /// Makes bridge, addresses and rules, or finds them made.
  private func ensure(_ state: BridgeNetworkState) throws(GantryError) {
    try kernel.createBridge(state.bridge, mtu: state.config.mtu)
    guard let index = try kernel.index(of: state.bridge) else {
      throw GantryError(.aborted, "bridge \(state.bridge) went away while it was made")
    }
    for (gateway, subnet) in zip(state.gateways, state.subnets) {
      try kernel.add(gateway, prefixLength: subnet.prefixLength, to: index)
    }
    try kernel.setUp(index)
    if !state.config.internal { try Forwarding.enable(for: state.subnets) }
    try filter.run(state.rules.installing)
  }

  package func deleteNetwork(_ id: String) throws(GantryError) {
    guard let state = networks[id] else { return try removeLeftovers(of: .init(id: id)) }
    let members = endpoints.values.filter { $0.networkId == id }
    guard members.isEmpty else {
      throw GantryError(
        .failedPrecondition, "network \(state.config.name) has \(members.count) endpoints; disconnect them first")
    }
    try filter.run(state.rules.removing)
    try kernel.remove(state.bridge)
    try networkStore.remove(id)
    networks[id] = nil
  }

  package func listNetworks() -> [GantryNetworkV1.NetworkConfig] {
    networks.values.map(\.config).sorted { $0.id < $1.id }
  }

  // MARK: Endpoints

  package func create(
    _ request: GantryNetworkV1.CreateEndpointRequest, in namespace: FileDescriptor
  ) throws(GantryError) -> GantryNetworkV1.Endpoint {
    guard request.ports.isEmpty else {
      throw GantryError(.invalidArgument, "network \(request.networkId) cannot publish ports in this version")
    }
    let state = try network(request.networkId)
    if let known = endpoints[request.endpointId] {
      guard known.networkId == request.networkId else {
        throw GantryError(.alreadyExists, "endpoint \(request.endpointId) is on network \(known.networkId)")
      }
      if try kernel.index(of: Self.hostLink(of: known.endpointId)) == nil {
        try connect(known, of: state, to: namespace)
      }
      return known
    }
    return try createNew(request, of: state, in: namespace)
  }

  private func createNew(
    _ request: GantryNetworkV1.CreateEndpointRequest, of known: BridgeNetworkState, in namespace: FileDescriptor
  ) throws(GantryError) -> GantryNetworkV1.Endpoint {
    var state = known
    let four = try state.takeAddress(.ipv4, wanted: request.ipv4Address)
    let six = try state.takeAddress(.ipv6, wanted: request.ipv6Address)
    let hardware = try HardwareAddress(wanted: request.macAddress, for: four?.address ?? six?.address)
    let endpoint = GantryNetworkV1.Endpoint(
      networkId: request.networkId, endpointId: request.endpointId, containerId: request.containerId,
      interfaceName: request.interfaceName.isEmpty ? try Self.freeName(in: namespace) : request.interfaceName,
      macAddress: hardware.description,
      ipv4Address: four?.withPrefix ?? "", ipv4Gateway: four.map { $0.gateway.description } ?? "",
      ipv6Address: six?.withPrefix ?? "", ipv6Gateway: six.map { $0.gateway.description } ?? "")
    // Written down first: should the plugin die in between, the address is not given away twice, and a
    // DeleteEndpoint finds what there is to remove.
    try endpointStore.save(endpoint, as: endpoint.endpointId)
    do throws(GantryError) {
      try connect(endpoint, of: state, to: namespace)
    } catch {
      try? kernel.remove(Self.hostLink(of: endpoint.endpointId))
      try? endpointStore.remove(endpoint.endpointId)
      throw error
    }
    networks[request.networkId] = state
    endpoints[request.endpointId] = endpoint
    return endpoint
  }

  private func connect(
    _ endpoint: GantryNetworkV1.Endpoint, of state: BridgeNetworkState, to namespace: FileDescriptor
  ) throws(GantryError) {
    guard let bridge = try kernel.index(of: state.bridge) else {
      throw GantryError(
        .failedPrecondition, "bridge \(state.bridge) of network \(state.config.name) is gone; make the network again")
    }
    try kernel.createPair(
      host: Self.hostLink(of: endpoint.endpointId), bridge: bridge, peer: endpoint.interfaceName,
      peerHardwareAddress: try HardwareAddress(wanted: endpoint.macAddress, for: nil).bytes, namespace: namespace,
      mtu: state.config.mtu)
    let inside = try NetlinkSocket(inside: namespace)
    if let loopback = try inside.index(of: "lo") { try inside.setUp(loopback) }
    guard let index = try inside.index(of: endpoint.interfaceName) else {
      throw GantryError(.aborted, "link \(endpoint.interfaceName) went away while it was set up")
    }
    for (text, gateway) in [
      (endpoint.ipv4Address, endpoint.ipv4Gateway), (endpoint.ipv6Address, endpoint.ipv6Gateway),
    ] where !text.isEmpty {
      let subnet = try IPSubnet(parsing: text)
      try inside.add(
        try IPAddress(parsing: String(text.prefix { $0 != "/" })), prefixLength: subnet.prefixLength, to: index)
      try inside.setUp(index)
      if !state.config.internal { try inside.addDefaultRoute(by: try IPAddress(parsing: gateway)) }
    }
  }

  package func delete(_ request: GantryNetworkV1.DeleteEndpointRequest) throws(GantryError) {
    guard let endpoint = endpoints[request.endpointId], endpoint.networkId == request.networkId else { return }
    // A kept endpoint may come back under the same link name, so its link must be gone before the answer.
    if request.keepAddress { return try kernel.remove(Self.hostLink(of: endpoint.endpointId)) }
    links.remove(Self.hostLink(of: endpoint.endpointId))
    try endpointStore.remove(endpoint.endpointId)
    endpoints[endpoint.endpointId] = nil
    for text in [endpoint.ipv4Address, endpoint.ipv6Address] where !text.isEmpty {
      networks[endpoint.networkId]?.giveBack(try IPAddress(parsing: String(text.prefix { $0 != "/" })))
    }
  }

  package func listEndpoints(of network: String) -> [GantryNetworkV1.Endpoint] {
    endpoints.values.filter { network.isEmpty || $0.networkId == network }.sorted { $0.endpointId < $1.endpointId }
  }

  private static func hostLink(of endpoint: String) -> String { "veth\(endpoint.prefix(11))" }

  private static func freeName(in namespace: FileDescriptor) throws(GantryError) -> String {
    let inside = try NetlinkSocket(inside: namespace)
    for number in 0..<256 where try inside.index(of: "eth\(number)") == nil { return "eth\(number)" }
    throw GantryError(.resourceExhausted, "the container is on 256 networks already")
  }
}
