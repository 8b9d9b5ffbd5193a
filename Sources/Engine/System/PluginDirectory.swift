import Messages

/// What the engine needs of the plugin host beside the calls: a list to show, and a restart.
package protocol PluginDirectory: Sendable {
  /// Every plugin, also those that do not run.
  var summaries: [GantryEngineV1.PluginSummary] { get }

  /// Stops the plugin in order and starts it anew.
  ///
  /// - Parameter name: "name" or "kind-name".
  /// - Throws: `.notFound` where there is no such plugin.
  func restart(_ name: String) async throws -> UInt32
}

extension PluginDirectory {
  /// The plugins that run, as `version` shows them.
  var components: [GantryEngineV1.Component] {
    summaries.filter { $0.state == "running" }.map {
      .init(name: "\($0.kind)-\($0.name)", version: $0.version, details: ["Pid": String($0.pid)])
    }
  }
}
