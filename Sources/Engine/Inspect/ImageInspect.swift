import JSON
import Messages

/// Docker's `image inspect` object.
package enum ImageInspect {
  /// - Parameter storage: what the snapshotter says of the image's top layer.
  package static func json(_ image: ImageRecord, storage: StorageDetails) -> JSONValue {
    let description = image.description
    var object = JSONObject([
      ("Id", .string(image.id)), ("RepoTags", .strings(image.tags)), ("RepoDigests", .strings(image.digests)),
      ("Parent", .string(image.parent)), ("Comment", .string(comment(image))), ("Created", .moment(image.created)),
      ("Container", .string(description.container)),
      ("ContainerConfig", .object(config(description.containerConfig ?? .init()))),
      ("DockerVersion", .string(description.dockerVersion)), ("Author", .string(description.author)),
      ("Config", .object(config(image.settings))), ("Architecture", .string(description.architecture)),
    ])
    if !description.variant.isEmpty { object["Variant"] = .string(description.variant) }
    let rest: [(String, JSONValue)] = [
      ("Os", .string(description.os)), ("Size", .integer(image.size)), ("VirtualSize", .integer(image.size)),
      ("GraphDriver", storage.json), ("RootFS", ["Type": "layers", "Layers": .strings(description.diffIds)]),
      ("Metadata", ["LastTagTime": .moment(image.lastTagged)]),
    ]
    for (key, value) in rest { object[key] = value }
    return .object(object)
  }

  /// Of an image by other builders the last step's comment, as Docker shows it.
  private static func comment(_ image: ImageRecord) -> String {
    image.description.comment.isEmpty ? image.description.history.last?.comment ?? "" : image.description.comment
  }

  private static func config(_ settings: GantryWorkerV1.ImageConfig) -> JSONObject {
    var object = JSONObject([
      ("Hostname", .string(settings.hostname)), ("Domainname", .string(settings.domainname)),
      ("User", .string(settings.user)), ("AttachStdin", .bool(settings.attachStdin)),
      ("AttachStdout", .bool(settings.attachStdout)), ("AttachStderr", .bool(settings.attachStderr)),
    ])
    if !settings.exposedPorts.isEmpty { object["ExposedPorts"] = .setOrNull(settings.exposedPorts) }
    let middle: [(String, JSONValue)] = [
      ("Tty", .bool(settings.tty)), ("OpenStdin", .bool(settings.openStdin)), ("StdinOnce", .bool(settings.stdinOnce)),
      ("Env", .stringsOrNull(settings.env)),
      ("Cmd", .stringsOrNull(settings.cmd)),
    ]
    for (key, value) in middle { object[key] = value }
    object.add("Healthcheck", healthcheck(settings.healthcheck))
    if settings.argsEscaped { object["ArgsEscaped"] = true }
    let rest: [(String, JSONValue)] = [
      ("Image", .string(settings.image)), ("Volumes", .setOrNull(settings.volumes)),
      ("WorkingDir", .string(settings.workingDirectory)), ("Entrypoint", .stringsOrNull(settings.entrypoint)),
    ]
    for (key, value) in rest { object[key] = value }
    if !settings.macAddress.isEmpty { object["MacAddress"] = .string(settings.macAddress) }
    let last: [(String, JSONValue)] = [
      ("OnBuild", .stringsOrNull(settings.onBuild)),
      ("Labels", settings.labels.isEmpty ? .null : .map(settings.labels)),
    ]
    for (key, value) in last { object[key] = value }
    if !settings.stopSignal.isEmpty { object["StopSignal"] = .string(settings.stopSignal) }
    if settings.hasStopTimeout { object["StopTimeout"] = .integer(settings.stopTimeout) }
    if !settings.shell.isEmpty { object["Shell"] = .strings(settings.shell) }
    return object
  }

  /// The image's health check, its members in Docker's order and without those that are empty; nil where it has none.
  static func healthcheck(_ bytes: [UInt8]) -> JSONValue? {
    guard !bytes.isEmpty, let object = (try? JSONValue(parsing: bytes))?.object else { return nil }
    let members = ["Test", "Interval", "Timeout", "StartPeriod", "Retries"].compactMap { name in
      object[name].flatMap { [.null, 0, []].contains($0) ? nil : (name, $0) }
    }
    return .object(JSONObject(members))
  }
}
