import Errors
import Glibc
import JSON

/// What a plugin is given to work with.
public struct PluginEnvironment: Sendable {
  /// Directory of its own for what must survive a reboot; it exists, and no other process has the plugin
  /// running on it.
  public let dataDirectory: String
  /// Directory of its own that is gone after a reboot; it exists.
  public let runDirectory: String
  /// Its section of the configuration.
  public let configuration: JSONObject
  /// Where to say what happens.
  public let log: PluginLog

  public init(dataDirectory: String, runDirectory: String, configuration: JSONObject = JSONObject()) {
    self.dataDirectory = dataDirectory
    self.runDirectory = runDirectory
    self.configuration = configuration
    log = PluginLog()
  }

  /// Reads GANTRY_PLUGIN_DATA, GANTRY_PLUGIN_RUN and GANTRY_PLUGIN_CONFIG.
  ///
  /// - Throws: `.invalidArgument` that names the variable.
  init(variable: (String) -> String?) throws(GantryError) {
    func directory(_ name: String) throws(GantryError) -> String {
      guard let path = variable(name), path.hasPrefix("/") else {
        throw GantryError(.invalidArgument, "\(name) must be the absolute path of a directory")
      }
      return path
    }
    let document: JSONValue
    do throws(GantryError) {
      document = try JSONValue(parsing: variable("GANTRY_PLUGIN_CONFIG") ?? "{}")
    } catch {
      throw error.wrapped("GANTRY_PLUGIN_CONFIG")
    }
    guard let configuration = document.object else {
      throw GantryError(.invalidArgument, "GANTRY_PLUGIN_CONFIG must be a JSON object")
    }
    self.init(
      dataDirectory: try directory("GANTRY_PLUGIN_DATA"), runDirectory: try directory("GANTRY_PLUGIN_RUN"),
      configuration: configuration)
  }
}
