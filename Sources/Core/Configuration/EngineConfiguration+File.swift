import Errors
import JSON

extension EngineConfiguration {
  /// Where daemon.json is looked for when no flag says otherwise.
  public static let defaultFile = "/etc/gantry/daemon.json"

  /// Takes over what `daemon.json` says.
  ///
  /// - Parameters:
  ///   - document: contents of the file.
  ///   - path: where they come from, for messages.
  /// - Throws: `.invalidArgument` that names file and key: no JSON, an unknown key, a value of a wrong type.
  public mutating func apply(_ document: [UInt8], path: String) throws(GantryError) {
    let value: JSONValue
    do throws(GantryError) {
      value = try JSONValue(parsing: document)
    } catch {
      throw error.wrapped("configuration \(path)")
    }
    guard let members = value.object?.members else {
      throw GantryError(.invalidArgument, "configuration \(path): the document must be an object, {...}")
    }
    let unknown = members.map(\.key).filter { Self.setters[$0] == nil && !Self.dockerKeys.contains($0) }
    guard unknown.isEmpty else {
      throw GantryError(
        .invalidArgument,
        """
        configuration \(path): the following directives don't match any configuration option: \
        \(unknown.joined(separator: ", ")); remove or correct them
        """)
    }
    for (key, value) in members {
      guard let setter = Self.setters[key] else {
        keysWithoutEffect.append(key)
        continue
      }
      let setting = ConfigurationValue(value, name: "configuration \(path): \"\(key)\"")
      try setter(&self, setting)
    }
  }

  private typealias Setter = @Sendable (inout EngineConfiguration, ConfigurationValue) throws(GantryError) -> Void

  private static let setters: [String: Setter] = [
    "data-root": { (c, v) throws(GantryError) in c.rootDirectory = try v.absolutePath() },
    "exec-root": { (c, v) throws(GantryError) in c.runDirectory = try v.absolutePath() },
    "plugin-directories": { (c, v) throws(GantryError) in c.pluginDirectories += try v.strings() },
    "debug": { (c, v) throws(GantryError) in c.isDebugging = try v.bool() },
    "storage-driver": { (c, v) throws(GantryError) in c.snapshotter = try v.snapshotter() },
    "content-store": { (c, v) throws(GantryError) in c.contentStore = try v.word() },
    "default-network-driver": { (c, v) throws(GantryError) in c.networkDriver = try v.word() },
    "default-runtime": { (c, v) throws(GantryError) in c.runtime = try v.word() },
    "log-driver": { (c, v) throws(GantryError) in c.logDriver = try v.oneOf(["json-file", "none"]) },
    "log-opts": { (c, v) throws(GantryError) in c.logOptions = try v.logOptions() },
    "labels": { (c, v) throws(GantryError) in c.labels = try v.strings() },
    "dns": { (c, v) throws(GantryError) in c.nameServers = try v.strings() },
    "dns-search": { (c, v) throws(GantryError) in c.searchDomains = try v.strings() },
    "dns-opts": { (c, v) throws(GantryError) in c.resolverOptions = try v.strings() },
    "default-ulimits": { (c, v) throws(GantryError) in c.ulimits = try v.ulimits() },
    "registry-mirrors": { (c, v) throws(GantryError) in c.registryMirrors = try v.mirrors() },
    "insecure-registries": { (c, v) throws(GantryError) in c.insecureRegistries = try v.insecureRegistries() },
    "max-concurrent-downloads": { (c, v) throws(GantryError) in
      c.maximumDownloads = try v.concurrency(usually: EngineConfiguration().maximumDownloads)
    },
    "max-concurrent-uploads": { (c, v) throws(GantryError) in
      c.maximumUploads = try v.concurrency(usually: EngineConfiguration().maximumUploads)
    },
    "max-download-attempts": { (c, v) throws(GantryError) in c.downloadAttempts = try v.atLeastOne() },
    "proxies": { (c, v) throws(GantryError) in c.proxies = try v.proxies() },
    "shutdown-timeout": { (c, v) throws(GantryError) in c.shutdownTimeout = try v.seconds() },
    "plugin-ping-interval": { (c, v) throws(GantryError) in c.pluginPingInterval = try v.seconds() },
    "plugins": { (c, v) throws(GantryError) in c.plugins = try v.plugins() },
    "bip": { (c, v) throws(GantryError) in c.networkSettings["bip"] = .string(try v.word()) },
    "fixed-cidr": { (c, v) throws(GantryError) in c.networkSettings["fixed-cidr"] = .string(try v.word()) },
    "default-gateway": { (c, v) throws(GantryError) in c.networkSettings["default-gateway"] = .string(try v.word()) },
    "mtu": { (c, v) throws(GantryError) in c.networkSettings["mtu"] = .integer(try v.count()) },
    "default-address-pools": { (c, v) throws(GantryError) in c.networkSettings["default-address-pools"] = v.value },
    "iptables": { (c, v) throws(GantryError) in c.networkSettings["iptables"] = .bool(try v.bool()) },
    "ip-forward": { (c, v) throws(GantryError) in c.networkSettings["ip-forward"] = .bool(try v.bool()) },
    "ip-masq": { (c, v) throws(GantryError) in c.networkSettings["ip-masq"] = .bool(try v.bool()) },
  ]

  /// The rest of Docker's keys: a daemon.json that works with Docker is read, and said to be read in part.
  private static let dockerKeys: Set<String> = [
    "allow-nondistributable-artifacts", "api-cors-header", "authorization-plugins", "bridge", "bridge-accept-fwmark",
    "builder", "cdi-spec-dirs", "cgroup-parent", "containerd", "containerd-namespace", "containerd-plugin-namespace",
    "cpu-rt-period", "cpu-rt-runtime", "data-root", "default-cgroupns-mode", "default-gateway-v6", "default-init",
    "default-ipc-mode", "default-network-opts", "default-shm-size", "exec-opts", "experimental", "features",
    "firewall-backend", "fixed-cidr-v6", "group", "host-gateway-ip", "host-gateway-ips", "hosts", "icc",
    "init", "init-path", "ip", "ip6tables", "ipv6", "live-restore", "log-format", "log-level",
    "metrics-addr", "min-api-version",
    "no-new-privileges", "node-generic-resources", "oom-score-adjust", "pidfile", "raw-logs", "runtimes",
    "seccomp-profile", "selinux-enabled", "storage-opts", "swarm-default-advertise-addr", "tls", "tlscacert",
    "tlscert", "tlskey", "tlsverify", "userland-proxy", "userland-proxy-path", "userns-remap",
  ]
}
