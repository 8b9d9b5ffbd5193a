import JSON

/// Docker's layout of its `info` object.
package struct InfoPage {
  package private(set) var text = ""
  private let info: JSONValue

  package init(_ info: JSONValue) {
    self.info = info
    counts()
    storage()
    plugins()
    runtimes()
    machine()
  }

  private mutating func line(_ label: String, _ value: JSONValue?, indent: Int = 1) {
    guard let value, value != .null else { return }
    let text = value.string ?? value.text()
    self.text += String(repeating: " ", count: indent) + "\(label): \(text)\n"
  }

  private mutating func list(_ label: String, _ values: [String], indent: Int = 1) {
    line(label, .string(values.joined(separator: " ")), indent: indent)
  }

  private mutating func counts() {
    line("Containers", info["Containers"])
    line("Running", info["ContainersRunning"], indent: 2)
    line("Paused", info["ContainersPaused"], indent: 2)
    line("Stopped", info["ContainersStopped"], indent: 2)
    line("Images", info["Images"])
    line("Server Version", info["ServerVersion"])
  }

  private mutating func storage() {
    line("Storage Driver", info["Driver"])
    for pair in info["DriverStatus"]?.array ?? [] {
      guard let pair = pair.array, pair.count == 2, let name = pair[0].string else { continue }
      line(name, pair[1], indent: 2)
    }
    line("Logging Driver", info["LoggingDriver"])
    line("Cgroup Driver", info["CgroupDriver"])
    line("Cgroup Version", info["CgroupVersion"])
  }

  private mutating func plugins() {
    guard let plugins = info["Plugins"] else { return }
    text += " Plugins:\n"
    for kind in ["Volume", "Network", "Log"] {
      list(kind, (plugins[kind]?.array ?? []).compactMap(\.string), indent: 2)
    }
  }

  private mutating func runtimes() {
    if let runtimes = info["Runtimes"]?.object { list("Runtimes", runtimes.members.map(\.key)) }
    line("Default Runtime", info["DefaultRuntime"])
    line("Init Binary", info["InitBinary"])
    let options = (info["SecurityOptions"]?.array ?? []).compactMap(\.string)
    guard !options.isEmpty else { return }
    text += " Security Options:\n"
    for option in options {
      let fields = option.split(separator: ",").map { NameValue.split(String($0)) }
      for field in fields {
        if field.name == "name" {
          text += "  \(field.value ?? "")\n"
        } else {
          line(field.name.prefix(1).uppercased() + field.name.dropFirst(), .string(field.value ?? ""), indent: 3)
        }
      }
    }
  }

  private mutating func list(_ title: String, _ values: [JSONValue]) {
    guard !values.isEmpty else { return }
    text += " \(title):\n"
    for value in values { text += "  \(value.string ?? "")\n" }
  }

  private mutating func machine() {
    line("Kernel Version", info["KernelVersion"])
    line("Operating System", info["OperatingSystem"])
    line("OSType", info["OSType"])
    line("Architecture", info["Architecture"])
    line("CPUs", info["NCPU"])
    if let memory = info["MemTotal"]?.integer { line("Total Memory", .string(HumanSize.binary(Double(memory)))) }
    line("Name", info["Name"])
    line("ID", info["ID"])
    line("Docker Root Dir", info["DockerRootDir"])
    line("Debug Mode", info["Debug"])
    for (label, key) in [("HTTP Proxy", "HttpProxy"), ("HTTPS Proxy", "HttpsProxy"), ("No Proxy", "NoProxy")] {
      if let value = info[key]?.string, !value.isEmpty { line(label, .string(value)) }
    }
    line("Experimental", info["ExperimentalBuild"])
    list("Labels", info["Labels"]?.array ?? [])
    let registries = info["RegistryConfig"]
    // The machine's own addresses are always among them.
    list("Insecure Registries", (registries?["InsecureRegistryCIDRs"]?.array ?? []) + ["127.0.0.0/8"])
    list("Registry Mirrors", registries?["Mirrors"]?.array ?? [])
    line("Live Restore Enabled", info["LiveRestoreEnabled"])
    for warning in info["Warnings"]?.array ?? [] { text += "\(warning.string ?? "")\n" }
  }
}
