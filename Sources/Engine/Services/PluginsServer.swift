import AsyncServices
import AsyncWire
import Errors
import Messages

/// `gantry.engine.v1.Plugins`.
package struct PluginsServer: GantryEngineV1.PluginsService {
  let engine: Engine

  package init(_ engine: Engine) { self.engine = engine }

  package func list(
    _ request: GantryEngineV1.ListPluginsRequest, context: CallContext
  ) async throws -> GantryEngineV1.ListPluginsResponse {
    .init(plugins: engine.plugins.summaries)
  }

  package func restart(
    _ request: GantryEngineV1.RestartPluginRequest, context: CallContext
  ) async throws -> GantryEngineV1.RestartPluginResponse {
    let pid = try await engine.plugins.restart(request.plugin)
    engine.context.events.publish("plugin", "restart", id: request.plugin, ["name": request.plugin])
    return .init(pid: pid)
  }
}
