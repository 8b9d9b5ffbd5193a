import JSON
import Messages

/// Docker's `Config` object of images and of containers, its members in Docker's order.
enum DockerConfig {
  static func json(_ settings: GantryWorkerV1.ImageConfig) -> JSONValue {
    var object = JSONObject([
      ("Hostname", .string(settings.hostname)), ("Domainname", .string(settings.domainname)),
      ("User", .string(settings.user)), ("AttachStdin", .bool(settings.attachStdin)),
      ("AttachStdout", .bool(settings.attachStdout)), ("AttachStderr", .bool(settings.attachStderr)),
    ])
    if !settings.exposedPorts.isEmpty { object["ExposedPorts"] = .set(settings.exposedPorts) }
    // Go prints null for a list or map that is nil, and an empty one for one that was read as empty.
    func add(_ name: String, _ value: JSONValue, isEmpty: Bool) {
      object[name] = isEmpty && !settings.emptyMembers.contains(name) ? .null : value
    }
    func list(_ name: String, _ values: [String]) { add(name, .strings(values), isEmpty: values.isEmpty) }
    object["Tty"] = .bool(settings.tty)
    object["OpenStdin"] = .bool(settings.openStdin)
    object["StdinOnce"] = .bool(settings.stdinOnce)
    list("Env", settings.env)
    list("Cmd", settings.cmd)
    object.add("Healthcheck", healthcheck(settings.healthcheck))
    if settings.argsEscaped { object["ArgsEscaped"] = true }
    object["Image"] = .string(settings.image)
    add("Volumes", .set(settings.volumes), isEmpty: settings.volumes.isEmpty)
    object["WorkingDir"] = .string(settings.workingDirectory)
    list("Entrypoint", settings.entrypoint)
    if !settings.macAddress.isEmpty { object["MacAddress"] = .string(settings.macAddress) }
    list("OnBuild", settings.onBuild)
    add("Labels", .map(settings.labels), isEmpty: settings.labels.isEmpty)
    if !settings.stopSignal.isEmpty { object["StopSignal"] = .string(settings.stopSignal) }
    if settings.hasStopTimeout { object["StopTimeout"] = .integer(settings.stopTimeout) }
    if !settings.shell.isEmpty { object["Shell"] = .strings(settings.shell) }
    return .object(object)
  }

  /// The health check, its members in Docker's order and without those that are empty; nil where there is none.
  private static func healthcheck(_ bytes: [UInt8]) -> JSONValue? {
    guard !bytes.isEmpty, let object = (try? JSONValue(parsing: bytes))?.object else { return nil }
    let members = ["Test", "Interval", "Timeout", "StartPeriod", "Retries"].compactMap { name in
      object[name].flatMap { [.null, 0, []].contains($0) ? nil : (name, $0) }
    }
    return .object(JSONObject(members))
  }
}
