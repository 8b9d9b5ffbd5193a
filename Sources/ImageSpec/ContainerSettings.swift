import Errors
import JSON

/// The part of an image's configuration that its containers take over.
public struct ContainerSettings: Sendable, Equatable {
  public var user = ""
  /// `NAME=value` each.
  public var environment: [String] = []
  public var entrypoint: [String] = []
  public var command: [String] = []
  public var workingDirectory = ""
  public var labels: [String: String] = [:]
  public var volumes: [String] = []
  /// Such as `80/tcp`.
  public var exposedPorts: [String] = []
  public var stopSignal = ""
  public var argumentsEscaped = false
  public var shell: [String] = []
  /// The `Healthcheck` object as it stands.
  public var healthcheck: JSONValue?
  public var onBuild: [String] = []
  public var hostname = ""
  public var domainname = ""
  /// The image it was made from, as Docker's builder notes it.
  public var image = ""
  /// Names of those lists and maps that the document has, with nothing in them: Docker's users see `{}` there, and `null`
  /// where it has none. One that has got values since is no matter.
  public var emptyMembers: Set<String> = []
  /// Docker's, of the container that an image was made of.
  public var docker = DockerSettings()

  public init() {}

  init(_ reader: DocumentReader) throws(GantryError) {
    user = try reader.string("User") ?? ""
    environment = try reader.strings("Env") ?? []
    entrypoint = try reader.stringOrStrings("Entrypoint") ?? []
    command = try reader.stringOrStrings("Cmd") ?? []
    workingDirectory = try reader.string("WorkingDir") ?? ""
    labels = try reader.stringMap("Labels") ?? [:]
    volumes = try reader.names("Volumes")
    exposedPorts = try reader.names("ExposedPorts")
    stopSignal = try reader.string("StopSignal") ?? ""
    argumentsEscaped = try reader.bool("ArgsEscaped") ?? false
    shell = try reader.stringOrStrings("Shell") ?? []
    healthcheck = reader.value("Healthcheck")
    if let healthcheck, healthcheck.object == nil { throw reader.failure("Healthcheck", "must be an object") }
    onBuild = try reader.strings("OnBuild") ?? []
    hostname = try reader.string("Hostname") ?? ""
    domainname = try reader.string("Domainname") ?? ""
    image = try reader.string("Image") ?? ""
    docker = try DockerSettings(reader)
    emptyMembers = Set(
      ["Env", "Cmd", "Entrypoint", "Volumes", "OnBuild", "Labels"].filter { key in
        reader.value(key).map { $0.array?.isEmpty ?? $0.object?.isEmpty ?? false } ?? false
      })
  }

  var json: JSONValue {
    var object = JSONObject()
    func isWritten(_ key: String, _ isEmpty: Bool) -> Bool { !isEmpty || emptyMembers.contains(key) }
    func list(_ key: String, _ values: [String]) {
      if isWritten(key, values.isEmpty) { object[key] = .array(values.map { .string($0) }) }
    }
    func set(_ key: String, _ names: [String]) {
      guard isWritten(key, names.isEmpty) else { return }
      object[key] = .object(JSONObject(names.map { ($0, .object(JSONObject())) }))
    }
    if !hostname.isEmpty { object["Hostname"] = .string(hostname) }
    if !domainname.isEmpty { object["Domainname"] = .string(domainname) }
    if !user.isEmpty { object["User"] = .string(user) }
    docker.addAttachments(to: &object)
    set("ExposedPorts", exposedPorts)
    docker.addTerminal(to: &object)
    list("Env", environment)
    list("Entrypoint", entrypoint)
    list("Cmd", command)
    if let healthcheck { object["Healthcheck"] = healthcheck }
    if argumentsEscaped { object["ArgsEscaped"] = true }
    if !image.isEmpty { object["Image"] = .string(image) }
    set("Volumes", volumes)
    if !workingDirectory.isEmpty { object["WorkingDir"] = .string(workingDirectory) }
    if !docker.macAddress.isEmpty { object["MacAddress"] = .string(docker.macAddress) }
    list("OnBuild", onBuild)
    if isWritten("Labels", labels.isEmpty) {
      object["Labels"] = .object(JSONObject(labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    if !stopSignal.isEmpty { object["StopSignal"] = .string(stopSignal) }
    if let timeout = docker.stopTimeout { object["StopTimeout"] = .integer(timeout) }
    list("Shell", shell)
    return .object(object)
  }
}
