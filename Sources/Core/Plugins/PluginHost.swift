import Errors
import JSON

/// Starts the plugins, keeps them running, and knows the way to each. Safe to use from anywhere.
///
/// A plugin that hangs, answers rubbish, ends at once or is missing is shown as such by `list` and stands
/// in nobody's way: neither `start` nor another plugin waits for it.
public final class PluginHost: Sendable {
  private let supervisors: [PluginIdentity: PluginSupervisor]
  private let log: Log

  /// What the host is made of.
  public struct Settings: Sendable {
    /// Directories with executables named `gantry-<kind>-<name>`; a later one comes before an earlier one.
    public var directories: [String]
    /// Entries of the configuration, by plugin.
    public var plugins: [PluginIdentity: PluginSettings]
    /// What each plugin is told of the configuration.
    public var configuration: @Sendable (PluginIdentity) -> JSONObject
    /// The plugins' data directories are `<dataDirectory>/<kind>-<name>`.
    public var dataDirectory: String
    public var runDirectory: String
    public var supervisorVersion: String
    public var pingInterval: Duration = .seconds(15)
    /// How long Describe and Ping may take.
    public var answerTimeout: Duration = .seconds(5)

    public init(
      directories: [String], plugins: [PluginIdentity: PluginSettings] = [:], dataDirectory: String,
      runDirectory: String, supervisorVersion: String,
      configuration: @escaping @Sendable (PluginIdentity) -> JSONObject = { _ in JSONObject() }
    ) {
      self.directories = directories
      self.plugins = plugins
      self.configuration = configuration
      self.dataDirectory = dataDirectory
      self.runDirectory = runDirectory
      self.supervisorVersion = supervisorVersion
    }
  }

  public init(_ settings: Settings, log: Log) {
    self.log = log
    let found = PluginLocator.find(directories: settings.directories, settings: settings.plugins, log: log)
    var supervisors: [PluginIdentity: PluginSupervisor] = [:]
    for (identity, source) in found {
      let launch = PluginLaunchSettings(
        identity: identity, source: source, dataDirectory: "\(settings.dataDirectory)/\(identity)",
        runDirectory: "\(settings.runDirectory)/\(identity)",
        configuration: JSONValue.object(settings.configuration(identity)).text(),
        supervisorVersion: settings.supervisorVersion, answerTimeout: settings.answerTimeout,
        log: log.about("plugin \(identity)"))
      supervisors[identity] = PluginSupervisor(settings: launch, pingInterval: settings.pingInterval)
    }
    self.supervisors = supervisors
  }

  /// The host of a supervisor with this configuration.
  public convenience init(
    _ configuration: EngineConfiguration, installation: Installation, version: String, log: Log
  ) {
    var settings = Settings(
      directories: [installation.plugins] + configuration.pluginDirectories, plugins: configuration.plugins,
      dataDirectory: "\(configuration.rootDirectory)/plugins", runDirectory: "\(configuration.runDirectory)/plugins",
      supervisorVersion: version, configuration: { configuration.configuration(for: $0) })
    settings.pingInterval = configuration.pluginPingInterval
    self.init(settings, log: log)
  }

  /// Starts all plugins at once and waits for none of them.
  public func start() {
    for supervisor in supervisors.values { supervisor.start() }
  }

  /// Ends all plugins in order, each within a few seconds.
  public func stop() async {
    await withTaskGroup(of: Void.self) { group in
      for supervisor in supervisors.values { group.addTask { await supervisor.stop() } }
    }
  }

  /// All plugins, sorted by kind and name.
  public func list() -> [PluginStatus] {
    supervisors.values.map(\.status).sorted { $0.identity.description < $1.identity.description }
  }

  /// The way to a plugin.
  ///
  /// - Throws: `.notFound` that lists the plugins of that kind.
  public func connection(_ kind: PluginKind, _ name: String) throws(GantryError) -> PluginConnection {
    guard let supervisor = supervisors[PluginIdentity(kind: kind, name: name)] else {
      let others = supervisors.keys.filter { $0.kind == kind }.map(\.name).sorted()
      let known = others.isEmpty ? "there is none of that kind" : "there is \(others.joined(separator: ", "))"
      throw GantryError(
        .notFound,
        """
        no \(kind.rawValue) plugin "\(name)": \(known); install gantry-\(kind.rawValue)-\(name) in a plugin directory
        """)
    }
    return PluginConnection(supervisor)
  }

  /// Ends a plugin's process in order and starts a new one; calls wait meanwhile.
  ///
  /// - Parameter word: "name", where only one plugin has it, or "kind-name".
  /// - Throws: `.notFound`, `.invalidArgument` where several plugins have the name, or why it does not run.
  public func restart(_ word: String) async throws(GantryError) -> PluginStatus {
    let fitting = supervisors.filter { $0.key.description == word || $0.key.name == word }.map(\.value)
    let exact = fitting.filter { $0.identity.description == word }
    guard let supervisor = exact.first ?? fitting.first else {
      throw GantryError(.notFound, "no such plugin: \(word); see gantry plugin ls")
    }
    guard exact.count == 1 || fitting.count == 1 else {
      let names = fitting.map(\.identity.description).sorted().joined(separator: ", ")
      throw GantryError(.invalidArgument, "plugin \(word) may be any of \(names); name one of them")
    }
    _ = try await supervisor.restart()
    return supervisor.status
  }
}
