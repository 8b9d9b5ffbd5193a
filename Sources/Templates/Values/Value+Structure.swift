import JSON

extension Value {
  /// A JSON document that Docker has structs for: numbers are integers, objects are records, save those whose keys are
  /// anybody's choice, a null is a nil list, map or pointer by the member's name, and what Docker leaves out while it is
  /// empty is there.
  ///
  /// - Parameter typeName: what Docker calls the type of the whole, without its asterisk.
  public init(structure: JSONValue, named typeName: String) {
    self = Self.structure(structure, name: typeName, isMap: false)
  }

  /// Members that are maps, and so take any key.
  private static let maps: Set<String> = [
    "Annotations", "Attributes", "Components", "Data", "Details", "DriverOpts", "ExposedPorts", "IndexConfigs",
    "Labels", "Networks", "Options", "PortBindings", "Ports", "Runtimes", "StorageOpt", "Sysctls", "Tmpfs", "Volumes",
  ]

  /// Members that are lists, and so empty where they are null.
  private static let lists: Set<String> = [
    "Aliases", "Args", "Authorization", "Binds", "BlkioDeviceReadBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteBps",
    "BlkioDeviceWriteIOps", "BlkioWeightDevice", "CapAdd", "CapDrop", "Cmd", "DNSNames", "DeviceCgroupRules",
    "DeviceRequests", "Devices", "Dns", "DnsOptions", "DnsSearch", "DriverStatus", "Entrypoint", "Env", "ExecIDs",
    "ExtraHosts", "GroupAdd", "Layers", "Links", "MaskedPaths", "Mounts", "OnBuild", "ReadonlyPaths", "RepoDigests",
    "RepoTags", "SecondaryIPAddresses", "SecondaryIPv6Addresses", "SecurityOpt", "SecurityOptions", "Shell",
    "Ulimits", "VolumesFrom", "Warnings",
  ]

  /// Members that are moments, by the member that holds them; Docker keeps most moments as text.
  private static let moments = ["Metadata": ["LastTagTime"], "Log": ["Start", "End"]]

  private static func structure(_ value: JSONValue, name: String, isMap: Bool) -> Value {
    switch value {
    case .null:
      if lists.contains(name) { return .pointer(nil, to: .list(.string)) }
      return .pointer(nil, to: isMap ? .map(.string) : .record(name))
    case .bool(let value): return .bool(value)
    case .integer(let value): return .integer(value, .int)
    case .number(let value): return .float(value.double)
    case .string(let text): return .string(text)
    case .array(let elements):
      let values = elements.map { structure($0, name: name, isMap: false) }
      return .list(values, of: elementType(values))
    case .object(let object):
      guard !isMap else {
        let members = object.members.map { ($0.key, structure($0.value, name: "\(name).member", isMap: false)) }
        return .map(Dictionary(members, uniquingKeysWith: { $1 }), of: elementType(members.map(\.1)))
      }
      let isImage = name == "image.InspectResponse"
      let fields = object.members.map { key, value in
        // Go's name of the field; `.Id` fits no struct, and is found in the bare document.
        if key == "Id", name.hasSuffix(".InspectResponse") { return Record.Field("ID", .string(value.string ?? "")) }
        if isImage, key == "Config" { return Record.Field(key, ImageConfig.value(value)) }
        // A container's "Config" is a struct; the "Config" of its log driver is a map.
        let isMap = maps.contains(key) || name == "LogConfig" && key == "Config"
        if case .integer(let nanoseconds) = value, OmittedMember.isDuration(key, in: name) {
          return Record.Field(key, .integer(nanoseconds, .duration))
        }
        if case .string(let text) = value, moments[name]?.contains(key) == true, let time = GoTime(rfc3339: text) {
          return Record.Field(key, time.value(json: text))
        }
        return Record.Field(key, structure(value, name: key, isMap: isMap))
      }
      return .record(
        Record(
          name, OmittedMember.completing(fields, of: name),
          document: isImage ? ImageConfig.completing(object) : value))
    }
  }

  /// Elements of Docker's lists and maps are alike.
  private static func elementType(_ values: [Value]) -> GoType {
    guard let first = values.first(where: { !$0.isNil })?.type else { return .string }
    return values.allSatisfy { $0.isNil || $0.type == first } ? first : .any
  }
}
