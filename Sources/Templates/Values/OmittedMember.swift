/// A member that Docker's JSON leaves out while it is empty (`omitempty`), though the struct has it: `{{if
/// .State.Health}}` is false for a container without a health check, not an error.
///
/// - SeeAlso: <https://pkg.go.dev/github.com/docker/docker/api/types/container>
struct OmittedMember: Sendable {
  let name: String
  let type: GoType
  /// The member that it stands behind in the struct; nil stands for the last.
  let predecessor: String?

  private init(_ name: String, _ type: GoType, after predecessor: String? = nil) {
    self.name = name
    self.type = type
    self.predecessor = predecessor
  }

  /// By the name of the member that holds the struct; of a whole document, its type's.
  static let byStructure: [String: [OmittedMember]] = [
    "container.InspectResponse": [
      OmittedMember("SizeRw", .pointer(.integer(.int64)), after: "GraphDriver"),
      OmittedMember("SizeRootFs", .pointer(.integer(.int64)), after: "SizeRw"),
      OmittedMember("ImageManifestDescriptor", .pointer(.record("v1.Descriptor"))),
    ],
    "image.InspectResponse": [
      OmittedMember("Variant", .string, after: "Architecture"), OmittedMember("OsVersion", .string, after: "Os"),
      OmittedMember("Descriptor", .pointer(.record("v1.Descriptor"))),
      OmittedMember("Manifests", .list(.record("image.ManifestSummary"))),
    ],
    "State": [OmittedMember("Health", .pointer(.record("container.Health")))],
    "Config": [
      OmittedMember("ExposedPorts", .map(.any), after: "AttachStderr"),
      OmittedMember("Env", .list(.string), after: "StdinOnce"), OmittedMember("Cmd", .list(.string), after: "Env"),
      OmittedMember("Healthcheck", .pointer(.record("v1.HealthcheckConfig")), after: "Cmd"),
      OmittedMember("ArgsEscaped", .bool, after: "Healthcheck"), OmittedMember("User", .string),
      OmittedMember("Volumes", .map(.any)), OmittedMember("WorkingDir", .string),
      OmittedMember("Entrypoint", .list(.string)),
      OmittedMember("NetworkDisabled", .bool, after: "Entrypoint"),
      OmittedMember("MacAddress", .string, after: "NetworkDisabled"), OmittedMember("OnBuild", .list(.string)),
      OmittedMember("Labels", .map(.string)), OmittedMember("StopSignal", .string),
      OmittedMember("StopTimeout", .pointer(.integer(.int)), after: "StopSignal"),
      OmittedMember("Shell", .list(.string), after: "StopTimeout"),
    ],
    "Healthcheck": [
      OmittedMember("Test", .list(.string)), OmittedMember("Interval", .integer(.duration), after: "Test"),
      OmittedMember("Timeout", .integer(.duration), after: "Interval"),
      OmittedMember("StartPeriod", .integer(.duration), after: "Timeout"),
      OmittedMember("StartInterval", .integer(.duration), after: "StartPeriod"),
      OmittedMember("Retries", .integer(.int), after: "StartInterval"),
    ],
    "HostConfig": [
      OmittedMember("Annotations", .map(.string), after: "ConsoleSize"),
      OmittedMember("StorageOpt", .map(.string), after: "SecurityOpt"),
      OmittedMember("Tmpfs", .map(.string), after: "StorageOpt"),
      OmittedMember("Sysctls", .map(.string), after: "ShmSize"), OmittedMember("Runtime", .string, after: "Sysctls"),
      OmittedMember("KernelMemory", .integer(.int64), after: "DeviceRequests"),
      OmittedMember("KernelMemoryTCP", .integer(.int64), after: "KernelMemory"),
      OmittedMember("Mounts", .list(.record("mount.Mount")), after: "IOMaximumBandwidth"),
      OmittedMember("Init", .pointer(.bool)),
    ],
    "RestartPolicy": [OmittedMember("MaximumRetryCount", .integer(.int))],
    "Mounts": [
      OmittedMember("Type", .string), OmittedMember("Name", .string, after: "Type"),
      OmittedMember("Source", .string, after: "Name"), OmittedMember("Destination", .string, after: "Source"),
      OmittedMember("Driver", .string, after: "Destination"), OmittedMember("Mode", .string, after: "Driver"),
      OmittedMember("RW", .bool, after: "Mode"), OmittedMember("Propagation", .string, after: "RW"),
    ],
  ]

  /// The struct's fields, with those that the document left out in their places.
  static func completing(_ fields: [Record.Field], of structure: String) -> [Record.Field] {
    guard let omitted = byStructure[structure] else { return fields }
    var fields = fields
    for member in omitted where !fields.contains(where: { $0.name == member.name }) {
      let predecessor = fields.lastIndex { $0.name == member.predecessor }
      fields.insert(Record.Field(member.name, member.type.zero), at: predecessor.map { $0 + 1 } ?? fields.count)
    }
    return fields
  }

  /// Whether an integer of a struct is a span of time.
  static func isDuration(_ name: String, in structure: String) -> Bool {
    byStructure[structure]?.contains { $0.name == name && $0.type == .integer(.duration) } ?? false
  }
}
