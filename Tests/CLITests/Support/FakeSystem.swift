import AsyncServices
import AsyncWire
import Messages

/// The engine as a whole, made up.
struct FakeSystem: GantryEngineV1.SystemService, GantryEngineV1.PluginsService {
  typealias E = GantryEngineV1

  func ping(_ request: E.PingRequest, context: CallContext) async throws -> E.PingResponse { .init() }

  func version(_ request: E.VersionRequest, context: CallContext) async throws -> E.VersionResponse {
    .init(
      version: "9.9", apiVersion: "1.41", minApiVersion: "1.12", gitCommit: "abc", swiftVersion: "6", os: "linux",
      architecture: "amd64", buildTime: "2025-05-30T12:07:14.000000000+00:00",
      components: [.init(name: "gantry-shim", version: "9.8", details: ["GitCommit": "def"])])
  }

  func info(_ request: E.InfoRequest, context: CallContext) async throws -> E.InfoResponse {
    .init(
      json: Array(
        "{\"Containers\":1,\"ContainersRunning\":0,\"Driver\":\"overlay\",\"MemTotal\":25276000000,\"NCPU\":2}".utf8))
  }

  func events(
    _ request: E.EventsRequest, responses: OutboundStream<E.Event>, context: CallContext
  ) async throws {
    if let container = request.filters.first(where: { $0.hasPrefix("container=") })?.dropFirst(10) {
      let died = E.Event(
        time: request.until, type: "container", action: "die", actorId: String(container), attributes: ["exitCode": "6"]
      )
      return try await responses.send(died)
    }
    try await responses.send(
      .init(
        time: .init(seconds: 1_795_466_120, nanos: 921_188_098), type: "container", action: "destroy", actorId: "6c1b",
        attributes: ["name": "lo", "image": "busybox"]))
  }

  func list(_ request: E.ListPluginsRequest, context: CallContext) async throws -> E.ListPluginsResponse {
    .init(plugins: [
      .init(
        kind: "content", name: "local", state: "running", pid: 7, restarts: 1, version: "1", capabilities: ["blobs"])
    ])
  }

  func restart(_ request: E.RestartPluginRequest, context: CallContext) async throws -> E.RestartPluginResponse {
    .init(pid: 8)
  }
}
