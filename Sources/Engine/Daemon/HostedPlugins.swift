import Core
import Errors
import Messages

/// The plugin host as the engine's services see it.
struct HostedPlugins: PluginDirectory {
  let host: PluginHost

  init(_ host: PluginHost) { self.host = host }

  var summaries: [GantryEngineV1.PluginSummary] {
    host.list().map { plugin in
      .init(
        kind: plugin.identity.kind.rawValue, name: plugin.identity.name, state: plugin.state.rawValue,
        pid: UInt32(max(0, plugin.pid)), restarts: UInt32(plugin.restarts), version: plugin.version,
        capabilities: plugin.capabilities, lastError: plugin.lastError, path: plugin.path)
    }
  }

  func restart(_ name: String) async throws -> UInt32 { UInt32(max(0, try await host.restart(name).pid)) }
}
