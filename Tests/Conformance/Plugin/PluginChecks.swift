import AsyncServices
import AsyncWire
import Errors
import Messages
import Wire

/// What every plugin must do, whatever its kind (`gantry.plugin.v1.Plugin`).
enum PluginChecks {
  static let all: [ConformanceCheck] = [
    ConformanceCheck("Describe names kind, name, version, contract version and services") { plugin in
      let description = try await client(plugin).describe(request, options: within(5))
      try expect(
        ["content", "snapshotter", "network", "runtime"].contains(description.kind), "kind must be one of four")
      try expect(!description.name.isEmpty && !description.version.isEmpty, "name and version must be given")
      try expectEqual(description.contractVersion, 1, "the contract version")
      try expect(!description.services.isEmpty, "services must be listed")
      try expect(
        description == (try await client(plugin).describe(request, options: within(5))), "Describe must not change")
    },
    ConformanceCheck("a hundred pings at once are answered within five seconds") { plugin in
      let client = GantryPluginV1.PluginClient(await plugin.caller)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<100 { group.addTask { _ = try await client.ping(.init(), options: within(5)) } }
        try await group.waitForAll()
      }
    },
    ConformanceCheck("a method or service that is not there is unimplemented") { plugin in
      for (service, method) in [("gantry.plugin.v1.Plugin", "Dance"), ("no.such.Service", "Ping")] {
        let descriptor = MethodDescriptor(service: service, method: method)
        try await expectError(.unimplemented, what: "\(service)/\(method)") {
          let _: Reply<GantryPluginV1.PingResponse> = try await plugin.caller.unary(
            descriptor, GantryPluginV1.PingRequest(), options: within(5))
        }
      }
    },
    ConformanceCheck("each service that is listed is there") { plugin in
      for service in await plugin.services {
        let descriptor = MethodDescriptor(service: service, method: "NoSuchMethodAtAll")
        do {
          let _: Reply<GantryPluginV1.PingResponse> = try await plugin.caller.unary(
            descriptor, GantryPluginV1.PingRequest(), options: within(5))
        } catch let error as GantryError where error.code == .unimplemented {
          continue
        }
        try expect(false, "\(service) answers a method that is not there")
      }
    },
    ConformanceCheck("a field it does not know is ignored") { plugin in
      // GantryEngineV1.Event stands for a message from a later version: fields that PingRequest lacks.
      let descriptor = GantryPluginV1.PluginMethods.ping
      let stranger = GantryEngineV1.Event(type: "later", action: "version", actorId: "field")
      let _: Reply<GantryPluginV1.PingResponse> = try await plugin.caller.unary(
        descriptor, stranger, options: within(5))
    },
  ]

  private static let request = GantryPluginV1.DescribeRequest(supervisorVersion: "conformance", contractVersion: 1)

  private static func client(_ plugin: any PluginUnderTest) async -> GantryPluginV1.PluginClient {
    GantryPluginV1.PluginClient(await plugin.caller)
  }
}

/// Options with so many seconds of time.
func within(_ seconds: Int) -> CallOptions { CallOptions(timeout: .seconds(seconds)) }
