/// What every launch of one plugin has in common.
struct PluginLaunchSettings: Sendable {
  let identity: PluginIdentity
  let source: PluginSource
  let dataDirectory: String
  let runDirectory: String
  /// JSON.
  let configuration: String
  let supervisorVersion: String
  /// How long Describe and Ping may take.
  let answerTimeout: Duration
  let log: Log
}
