import Errors
import Glibc
import JSON

/// One value of daemon.json with the name it is spoken of by.
struct ConfigurationValue {
  let value: JSONValue
  let name: String

  init(_ value: JSONValue, name: String) {
    self.value = value
    self.name = name
  }

  private func mismatch(_ wanted: String) -> GantryError {
    GantryError(.invalidArgument, "\(name) must be \(wanted)")
  }

  func bool() throws(GantryError) -> Bool {
    guard let bool = value.bool else { throw mismatch("true or false") }
    return bool
  }

  func word() throws(GantryError) -> String {
    guard let text = value.string, !text.isEmpty else { throw mismatch("a text that is not empty") }
    return text
  }

  func absolutePath() throws(GantryError) -> String {
    guard let text = value.string, text.hasPrefix("/") else { throw mismatch("an absolute path") }
    return text
  }

  func oneOf(_ words: [String]) throws(GantryError) -> String {
    guard let text = value.string, words.contains(text) else {
      throw mismatch("one of \(words.joined(separator: ", "))")
    }
    return text
  }

  /// Docker's name for the overlay driver is "overlay2"; files that are shared with it say so.
  func snapshotter() throws(GantryError) -> String {
    switch try word() {
    case "overlay2": "overlay"
    case "vfs": "native"
    case let name: name
    }
  }

  func count() throws(GantryError) -> Int64 {
    guard let number = value.integer, number >= 0 else { throw mismatch("a whole number that is not negative") }
    return number
  }

  /// How many may run at a time. As in Docker, 0 is the usual number, and there is no limit to what may be written.
  func concurrency(usually usual: Int) throws(GantryError) -> Int {
    let number = try count()
    return number == 0 ? usual : Int(min(number, 1000))
  }

  func atLeastOne() throws(GantryError) -> Int {
    guard let number = value.integer, number >= 1, number <= 1000 else {
      throw mismatch("a whole number between 1 and 1000")
    }
    return Int(number)
  }

  func proxies() throws(GantryError) -> ProxySettings {
    var proxies = ProxySettings()
    for (key, value) in try object().members {
      let setting = ConfigurationValue(value, name: "\(name), \"\(key)\"")
      guard let text = value.string else { throw setting.mismatch("a text") }
      switch key {
      case "http-proxy": proxies.http = text
      case "https-proxy": proxies.https = text
      case "no-proxy": proxies.exceptions = text
      default:
        throw GantryError(
          .invalidArgument, "\(name) knows http-proxy, https-proxy and no-proxy; remove or correct \"\(key)\"")
      }
    }
    return proxies
  }

  func seconds() throws(GantryError) -> Duration {
    guard let number = value.integer, number >= 1, number <= 86400 else {
      throw mismatch("a number of seconds between 1 and 86400")
    }
    return .seconds(number)
  }

  func strings() throws(GantryError) -> [String] {
    guard let array = value.array else { throw mismatch("a list of texts") }
    var strings: [String] = []
    for element in array {
      guard let text = element.string else { throw mismatch("a list of texts") }
      strings.append(text)
    }
    return strings
  }

  /// Addresses of registries; see Docker's `ValidateMirror` for the words.
  func mirrors() throws(GantryError) -> [String] {
    let addresses = try strings()
    for address in addresses where !address.hasPrefix("http://") && !address.hasPrefix("https://") {
      let scheme = address.firstIndex(of: ":").map { String(address[..<$0]) } ?? ""
      throw GantryError(
        .invalidArgument,
        "\(name): invalid mirror: unsupported scheme \"\(scheme)\" in \"\(address)\"; write http://HOST or https://HOST"
      )
    }
    for address in addresses {
      // Whoever reads the message is not to see the password.
      if let at = address.lastIndex(of: "@") {
        let host = address[address.index(after: at)...]
        throw GantryError(
          .invalidArgument,
          "\(name): invalid mirror: username/password not allowed in URI of \"\(host)\"; leave them out and log in with gantry login"
        )
      }
      if address.contains(where: { $0 == "?" || $0 == "#" }) {
        throw GantryError(
          .invalidArgument, "\(name): invalid mirror: query or fragment at end of the URI \"\(address)\"; leave it out")
      }
    }
    return addresses
  }

  /// Hosts, and blocks of addresses.
  func insecureRegistries() throws(GantryError) -> [String] {
    let entries = try strings()
    for entry in entries where !Self.isHostOrBlock(entry) {
      throw GantryError(
        .invalidArgument,
        "\(name): insecure registry \(entry) is not valid: write a host, a host with a port, or a block of addresses such as 10.0.0.0/8"
      )
    }
    return entries
  }

  private static func isHostOrBlock(_ entry: String) -> Bool {
    var text = Substring(entry.filter { $0 != " " })
    for scheme in ["http://", "https://"] where text.hasPrefix(scheme) { text = text.dropFirst(scheme.count) }
    while text.hasSuffix("/") { text = text.dropLast() }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return parts.count == 1 && !text.isEmpty }
    var bytes = in6_addr()
    let isV4 = inet_pton(AF_INET, String(parts[0]), &bytes) == 1
    guard isV4 || inet_pton(AF_INET6, String(parts[0]), &bytes) == 1, let length = Int(parts[1]) else { return false }
    return (0...(isV4 ? 32 : 128)).contains(length)
  }

  func object() throws(GantryError) -> JSONObject {
    guard let object = value.object else { throw mismatch("an object, {...}") }
    return object
  }

  func stringMap() throws(GantryError) -> [String: String] {
    var map: [String: String] = [:]
    for (key, value) in try object().members {
      guard let text = value.string else { throw mismatch("an object of texts, {\"key\": \"value\"}") }
      map[key] = text
    }
    return map
  }

  /// What no container could be created with is told at the start already.
  func logOptions() throws(GantryError) -> [String: String] {
    let options = try stringMap()
    do throws(GantryError) {
      try LogOptionCheck.check(options)
    } catch {
      throw error.wrapped(name)
    }
    return options
  }

  /// `{"nofile": {"Name": "nofile", "Soft": 1024, "Hard": 2048}}`, as Docker has it.
  func ulimits() throws(GantryError) -> [String: EngineConfiguration.Ulimit] {
    var ulimits: [String: EngineConfiguration.Ulimit] = [:]
    for (key, value) in try object().members {
      guard let soft = value["Soft"]?.integer, let hard = value["Hard"]?.integer else {
        throw mismatch("an object of limits, {\"nofile\": {\"Soft\": 1024, \"Hard\": 2048}}")
      }
      ulimits[key] = EngineConfiguration.Ulimit(soft: soft, hard: hard)
    }
    return ulimits
  }

  func plugins() throws(GantryError) -> [PluginIdentity: PluginSettings] {
    guard let entries = value.array else { throw mismatch("a list of {\"kind\", \"name\", \"address\", \"config\"}") }
    var plugins: [PluginIdentity: PluginSettings] = [:]
    for (index, entry) in entries.enumerated() {
      let (identity, settings) = try ConfigurationValue(entry, name: "\(name)[\(index)]").plugin()
      guard plugins.updateValue(settings, forKey: identity) == nil else {
        throw GantryError(.invalidArgument, "\(name) names the plugin \(identity) twice; keep one")
      }
    }
    return plugins
  }

  private func plugin() throws(GantryError) -> (PluginIdentity, PluginSettings) {
    let members = try object()
    let known: Set = ["kind", "name", "address", "config"]
    if let unknown = members.members.first(where: { !known.contains($0.key) }) {
      throw GantryError(
        .invalidArgument, "\(name) has the unknown key \"\(unknown.key)\"; known are kind, name, address and config")
    }
    guard let kind = members["kind"]?.string.flatMap(PluginKind.init(rawValue:)) else {
      throw GantryError(
        .invalidArgument,
        "\(name): \"kind\" must be one of \(PluginKind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard let pluginName = members["name"]?.string, !pluginName.isEmpty, !pluginName.contains("/") else {
      throw GantryError(.invalidArgument, "\(name): \"name\" must be a word such as \"overlay\"")
    }
    var settings = PluginSettings()
    if let address = members["address"] {
      settings.address = try ConfigurationValue(address, name: "\(name): \"address\"").socketPath()
    }
    if let configuration = members["config"] {
      settings.configuration = try ConfigurationValue(configuration, name: "\(name): \"config\"").object()
    }
    return (PluginIdentity(kind: kind, name: pluginName), settings)
  }

  /// A plain path or `unix:///path`.
  private func socketPath() throws(GantryError) -> String {
    let scheme = "unix://"
    guard let text = value.string else { throw mismatch("a path or unix:///path") }
    let path = text.hasPrefix(scheme) ? String(text.dropFirst(scheme.count)) : text
    guard path.hasPrefix("/") else { throw mismatch("an absolute path or unix:///path") }
    return path
  }
}
