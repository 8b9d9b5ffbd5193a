import AsyncWire
import Errors

/// The plugin that a suite is run against.
public protocol PluginUnderTest: Sendable {
  /// Calls go through here; another one after `restart`.
  var caller: any Caller { get async }
  /// Full names of the services it says it offers.
  var services: [String] { get async }
  /// Ends the plugin the hard way (SIGKILL) and starts it again on the same data.
  ///
  /// - Throws: `.unimplemented` where there is no process to kill.
  func restart() async throws
}
