import AsyncServices
import AsyncWire
import Errors
import Messages
import Version

/// `gantry.engine.v1.System`.
package struct SystemServer: GantryEngineV1.SystemService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func ping(
    _ request: GantryEngineV1.PingRequest, context: CallContext
  ) async throws -> GantryEngineV1.PingResponse { .init() }

  package func version(
    _ request: GantryEngineV1.VersionRequest, context: CallContext
  ) async throws -> GantryEngineV1.VersionResponse {
    let host = engine.context.host
    return .init(
      version: ProductVersion.number, apiVersion: EngineVersion.api, minApiVersion: EngineVersion.leastAPI,
      gitCommit: ProductVersion.commit, swiftVersion: ProductVersion.swift, os: "linux",
      architecture: EngineVersion.architecture(host.architecture), kernelVersion: host.kernelRelease,
      buildTime: ProductVersion.buildTimestamp, components: engine.plugins.components)
  }

  package func info(
    _ request: GantryEngineV1.InfoRequest, context: CallContext
  ) async throws -> GantryEngineV1.InfoResponse {
    .init(json: try await engine.info.json().serialized())
  }

  package func events(
    _ request: GantryEngineV1.EventsRequest, responses: OutboundStream<GantryEngineV1.Event>, context: CallContext
  ) async throws {
    let filter = try EventFilter(request.filters)
    for try await event in engine.context.events.events(since: request.since, until: request.until)
    where filter.allows(event) {
      try await responses.send(event)
    }
  }
}
