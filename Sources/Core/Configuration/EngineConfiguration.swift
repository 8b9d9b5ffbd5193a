import JSON

/// Everything a person can set for a supervisor: flags first, then `daemon.json`, then the defaults.
public struct EngineConfiguration: Sendable, Equatable {
  /// `--root`, "data-root": what must survive a reboot.
  public var rootDirectory = "/var/lib/gantry"
  /// `--run`, "exec-root": what is gone after a reboot.
  public var runDirectory = "/run/gantry"
  /// `--socket`; `<run>/gantry.sock` where nothing is said.
  public var socketPath = "/run/gantry/gantry.sock"
  /// `--plugin-dir`, "plugin-directories": looked through after the shipped ones.
  public var pluginDirectories: [String] = []
  /// `--debug`, "debug".
  public var isDebugging = false

  /// "storage-driver": name of the snapshotter.
  public var snapshotter = "overlay"
  /// "content-store": name of the content plugin.
  public var contentStore = "local"
  /// "default-network-driver": name of the network plugin behind "bridge".
  public var networkDriver = "bridge"
  /// "default-runtime": name of the runtime plugin.
  public var runtime = "linux"

  /// "log-driver": "json-file" or "none".
  public var logDriver = "json-file"
  /// "log-opts", such as "max-size" and "max-file".
  public var logOptions: [String: String] = [:]
  /// "labels": of the engine, as `info` shows them.
  public var labels: [String] = []
  /// "dns", "dns-search", "dns-opts": for containers on networks of their own.
  public var nameServers: [String] = []
  public var searchDomains: [String] = []
  public var resolverOptions: [String] = []
  /// "default-ulimits": by name.
  public var ulimits: [String: Ulimit] = [:]
  /// "registry-mirrors", "insecure-registries".
  public var registryMirrors: [String] = []
  public var insecureRegistries: [String] = []
  /// Directories with a folder of certificates for each registry: where Docker looks, and where we do.
  public var certificateDirectories = ["/etc/gantry/certs.d", "/etc/docker/certs.d"]
  /// "proxies": for registries; what it leaves out comes from the supervisor's environment.
  public var proxies = ProxySettings()
  /// "max-concurrent-downloads", "max-concurrent-uploads", "max-download-attempts".
  public var maximumDownloads = 3
  public var maximumUploads = 5
  public var downloadAttempts = 5
  /// "shutdown-timeout".
  public var shutdownTimeout: Duration = .seconds(15)
  /// "plugin-ping-interval", in seconds.
  public var pluginPingInterval: Duration = .seconds(15)

  /// "plugins": by kind and name.
  public var plugins: [PluginIdentity: PluginSettings] = [:]
  /// The keys of daemon.json that are the network plugin's business, such as "bip" and "mtu".
  public var networkSettings = JSONObject()
  /// Docker's keys that were given and have no effect here; to be told to the person.
  public var keysWithoutEffect: [String] = []

  public init() {}

  /// A limit for each process of a container.
  public struct Ulimit: Sendable, Equatable {
    public var soft: Int64
    public var hard: Int64

    public init(soft: Int64, hard: Int64) {
      self.soft = soft
      self.hard = hard
    }
  }

  /// What a plugin gets as GANTRY_PLUGIN_CONFIG: its own section, and Docker's keys that concern it.
  public func configuration(for plugin: PluginIdentity) -> JSONObject {
    var result = plugin.kind == .network ? networkSettings : JSONObject()
    for (key, value) in plugins[plugin]?.configuration.members ?? [] { result[key] = value }
    return result
  }
}
