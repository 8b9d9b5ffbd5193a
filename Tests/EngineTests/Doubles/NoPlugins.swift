import Engine
import Errors
import Messages

/// A plugin host without plugins.
struct NoPlugins: PluginDirectory {
  var summaries: [GantryEngineV1.PluginSummary] { [] }
  func restart(_ name: String) async throws -> UInt32 { throw GantryError(.notFound, "no such plugin: \(name)") }
}
