import BridgeNetwork
import CLinux
import Errors
import Glibc
import Linux
import Messages
import Testing
import Threads

/// Real links and rules in the kernel, under names of the test's own, removed at its end.
@Suite(.serialized, .enabled(if: getuid() == 0, "links and packet rules need root"))
struct BridgeDriverTests {
  /// Directories and an identity for one driver.
  private struct Place {
    let folder: String
    let network: String
    let endpoint: String

    init() {
      folder = "/tmp/gantry-bridge-test.\(UInt32.random(in: .min ... .max))"
      mkdir(folder, 0o700)
      mkdir("\(folder)/data", 0o700)
      mkdir("\(folder)/run", 0o700)
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      network = String(repeating: "0", count: 16 - digits.count) + digits
      endpoint = String(network.reversed())
    }

    func driver() throws -> BridgeDriver {
      try BridgeDriver(data: "\(folder)/data", run: "\(folder)/run", log: { _ in })
    }

    var config: GantryNetworkV1.NetworkConfig { .init(id: network, name: "test") }

    var request: GantryNetworkV1.CreateEndpointRequest {
      .init(networkId: network, endpointId: endpoint, containerId: "c")
    }

    func hostLinkExists() -> Bool { access("/sys/class/net/veth\(endpoint.prefix(11))", F_OK) == 0 }
    func bridgeExists() -> Bool { access("/sys/class/net/gbr-\(network.prefix(11))", F_OK) == 0 }

    func remove() {
      for name in ["data/networks", "run/endpoints"] {
        for record in [network, endpoint, String(network.reversed())] { unlink("\(folder)/\(name)/\(record).pb") }
        rmdir("\(folder)/\(name)")
      }
      unlink("\(folder)/run/boot-id")
      for name in ["data", "run", ""] { rmdir("\(folder)/\(name)") }
    }
  }

  private func newNamespace() throws -> FileDescriptor {
    try DetachedThread.runBlocking(name: "namespace") { () throws(GantryError) in
      try retryingOnInterrupt("unshare") { gantry_unshare(0x4000_0000) }
      return try FileDescriptor.open("/proc/thread-self/ns/net", O_RDONLY)
    }
  }

  @Test func anEndpointHasALinkAndKeepsItsAddressThroughARestart() async throws {
    let place = Place()
    defer { place.remove() }
    let container = try newNamespace()
    let first = try place.driver()
    let network = try await first.create(place.config)
    #expect(place.bridgeExists())
    let endpoint = try await first.create(place.request, in: container)
    #expect(endpoint.interfaceName == "eth0")
    #expect(endpoint.ipv4Gateway == network.subnets.first?.gateway)
    #expect(place.hostLinkExists())
    #expect(try await first.create(place.request, in: container) == endpoint)

    let second = try place.driver()
    #expect(try await second.create(place.config) == network)
    #expect(await second.listEndpoints(of: "") == [endpoint])
    let error = await #expect(throws: GantryError.self) { try await second.deleteNetwork(place.network) }
    #expect(error?.code == .failedPrecondition)
    var taken = place.request
    taken.endpointId = "ffffffffffffffff"
    taken.ipv4Address = String(endpoint.ipv4Address.prefix { $0 != "/" })
    let clash = await #expect(throws: GantryError.self) { try await second.create(taken, in: container) }
    #expect(clash?.code == .alreadyExists)

    try await second.delete(.init(networkId: place.network, endpointId: place.endpoint))
    try await second.delete(.init(networkId: place.network, endpointId: place.endpoint))
    await second.drain()
    #expect(!place.hostLinkExists())
    try await second.deleteNetwork(place.network)
    try await second.deleteNetwork(place.network)
    #expect(!place.bridgeExists())
  }

  @Test func aKeptEndpointComesBackInAnotherNamespace() async throws {
    let place = Place()
    defer { place.remove() }
    let driver = try place.driver()
    _ = try await driver.create(place.config)
    let endpoint = try await driver.create(place.request, in: try newNamespace())
    try await driver.delete(.init(networkId: place.network, endpointId: place.endpoint, keepAddress: true))
    #expect(!place.hostLinkExists())
    #expect(try await driver.create(place.request, in: try newNamespace()) == endpoint)
    try await driver.delete(.init(networkId: place.network, endpointId: place.endpoint))
    await driver.drain()
    try await driver.deleteNetwork(place.network)
  }

  @Test func whatCannotBeIsRefused() async throws {
    let place = Place()
    defer { place.remove() }
    let driver = try place.driver()
    for (config, code) in [
      (GantryNetworkV1.NetworkConfig(id: "../../etc/x"), ErrorCode.invalidArgument),
      (.init(id: place.network, subnets: [.init(cidr: "10.0.0.0/99")]), .invalidArgument),
      (.init(id: place.network, subnets: [.init(cidr: "10.213.0.0/24", gateway: "10.0.0.1")]), .invalidArgument),
      (.init(id: place.network, options: ["com.docker.network.bridge.name": "lo"]), .alreadyExists),
      (
        .init(id: place.network, options: ["com.docker.network.bridge.name": "a-name-that-is-too-long"]),
        .invalidArgument
      ),
    ] {
      let error = await #expect(throws: GantryError.self) { try await driver.create(config) }
      #expect(error?.code == code)
    }
    let missing = await #expect(throws: GantryError.self) {
      try await driver.create(place.request, in: try newNamespace())
    }
    #expect(missing?.code == .notFound)
    #expect(!place.bridgeExists())
  }
}
