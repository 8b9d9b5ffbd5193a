import JSON

/// An image's settings as docker/cli reads them: OCI's fields and Docker's own behind them. Their JSON has what is not
/// empty, where the document that an engine sends, and that is shown without a template, has the members of a
/// container's settings, empty or not.
///
/// - SeeAlso: <https://pkg.go.dev/github.com/moby/docker-image-spec/specs-go/v1#DockerOCIImageConfig>
enum ImageConfig {
  private static let set = GoType.map(.record("struct {}"))

  /// The fields of the two structs, in order.
  private static let parts: [(name: String, typeName: String, members: [(String, GoType)])] = [
    (
      "ImageConfig", "v1.ImageConfig",
      [
        ("User", .string), ("ExposedPorts", set), ("Env", .list(.string)), ("Entrypoint", .list(.string)),
        ("Cmd", .list(.string)), ("Volumes", set), ("WorkingDir", .string), ("Labels", .map(.string)),
        ("StopSignal", .string), ("ArgsEscaped", .bool),
      ]
    ),
    (
      "DockerOCIImageConfigExt", "v1.DockerOCIImageConfigExt",
      [
        ("Healthcheck", .pointer(.record("v1.HealthcheckConfig"))), ("OnBuild", .list(.string)),
        ("Shell", .list(.string)),
      ]
    ),
  ]

  /// - Parameter config: the document's member `Config`.
  static func value(_ config: JSONValue) -> Value {
    let name = "v1.DockerOCIImageConfig"
    guard config.object != nil else { return .pointer(nil, to: .record(name)) }
    let fields = parts.map { part in
      let members = part.members.map { Record.Field($0.0, member(config[$0.0], $0.0, $0.1)) }
      return Record.Field(
        part.name, .record(Record(part.typeName, members, document: document(config, part.members))),
        isEmbedded: true)
    }
    let whole = document(config, parts.flatMap(\.members))
    return .pointer(.record(Record(name, fields, document: whole)), to: .record(name))
  }

  /// The document of an image with its settings as `value` has them, and without what docker/cli leaves out while it is
  /// empty.
  static func completing(_ image: JSONObject) -> JSONValue {
    var image = image
    if let config = image["Config"]?.object {
      image["Config"] = document(.object(config), parts.flatMap(\.members))
    }
    for name in ["Created", "Container", "Variant", "OsVersion", "VirtualSize"] {
      if let member = image[name], isEmpty(member) { image[name] = nil }
    }
    return .object(image)
  }

  private static func document(_ config: JSONValue, _ members: [(String, GoType)]) -> JSONValue {
    .object(
      JSONObject(
        members.compactMap { name, type in
          guard let value = config[name], !isEmpty(value) else { return nil }
          // Go sorts the keys of a map.
          if case .map = type, let map = value.object {
            return (name, .object(JSONObject(map.members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })))
          }
          return (name, value)
        }))
  }

  private static func isEmpty(_ value: JSONValue) -> Bool {
    switch value {
    case .null, .bool(false), .integer(0), .string(""), .array([]): true
    case .object(let object): object.isEmpty
    default: false
    }
  }

  private static func member(_ value: JSONValue?, _ name: String, _ type: GoType) -> Value {
    switch (type, value) {
    case (.string, .string(let text)?): return .string(text)
    case (.bool, .bool(let flag)?): return .bool(flag)
    case (.list, .array(let elements)?): return .texts(elements.compactMap(\.string))
    case (.map(.string), .object(let object)?):
      return .texts(Dictionary(object.members.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { $1 }))
    case (.map(let element), .object(let object)?):
      let nothing = Value.record(Record("struct {}", [], document: .object(JSONObject())))
      return .map(Dictionary(object.members.map { ($0.key, nothing) }, uniquingKeysWith: { $1 }), of: element)
    case (.pointer(let pointee), .object?):
      return .pointer(value.map { Value(structure: $0, named: name) }, to: pointee)
    // A nil list or map: empty, and null as JSON.
    case (.list, _), (.map, _): return .pointer(nil, to: type)
    default: return type.zero
    }
  }
}
