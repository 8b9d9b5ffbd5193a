import JSON

/// Docker's `image inspect` object.
package enum ImageInspect {
  /// - Parameter storage: what the snapshotter says of the image's top layer.
  package static func json(_ image: ImageRecord, storage: StorageDetails) -> JSONValue {
    [
      "Id": .string(image.id),
      "RepoTags": .strings(image.names.filter { !$0.contains("@") }),
      "RepoDigests": .strings(image.names.filter { $0.contains("@") }),
      "Parent": "",
      "Comment": "",
      "Created": .moment(image.created),
      "Container": "",
      "ContainerConfig": .object(emptyConfig()),
      "DockerVersion": "",
      "Author": "",
      "Config": .object(config(image)),
      "Architecture": .string(image.description.architecture),
      "Os": .string(image.description.os),
      "Size": .integer(image.size),
      "VirtualSize": .integer(image.size),
      "GraphDriver": storage.json,
      "RootFS": ["Type": "layers", "Layers": .strings(image.description.diffIds)],
      "Metadata": ["LastTagTime": .moment(image.lastTagged)],
    ]
  }

  private static func config(_ image: ImageRecord) -> JSONObject {
    let settings = image.settings
    var object = emptyConfig(exposedPorts: settings.exposedPorts)
    object["User"] = .string(settings.user)
    object["Env"] = .stringsOrNull(settings.env)
    object["Cmd"] = .stringsOrNull(settings.cmd)
    object["Volumes"] = .setOrNull(settings.volumes)
    object["WorkingDir"] = .string(settings.workingDirectory)
    object["Entrypoint"] = .stringsOrNull(settings.entrypoint)
    object["OnBuild"] = .stringsOrNull(settings.onBuild)
    object["Labels"] = settings.labels.isEmpty ? .null : .map(settings.labels)
    object.add("Healthcheck", healthcheck(settings.healthcheck))
    if settings.argsEscaped { object["ArgsEscaped"] = true }
    if !settings.stopSignal.isEmpty { object["StopSignal"] = .string(settings.stopSignal) }
    if !settings.shell.isEmpty { object["Shell"] = .strings(settings.shell) }
    return object
  }

  private static func emptyConfig(exposedPorts: [String] = []) -> JSONObject {
    var object = JSONObject([
      ("Hostname", ""), ("Domainname", ""), ("User", ""), ("AttachStdin", false), ("AttachStdout", false),
      ("AttachStderr", false),
    ])
    if !exposedPorts.isEmpty { object["ExposedPorts"] = .setOrNull(exposedPorts) }
    let rest: [(String, JSONValue)] = [
      ("Tty", false), ("OpenStdin", false), ("StdinOnce", false), ("Env", .null), ("Cmd", .null), ("Image", ""),
      ("Volumes", .null), ("WorkingDir", ""), ("Entrypoint", .null), ("OnBuild", .null), ("Labels", .null),
    ]
    for (key, value) in rest { object[key] = value }
    return object
  }

  /// The image's health check as it stands in its config; nil where it has none.
  static func healthcheck(_ bytes: [UInt8]) -> JSONValue? {
    bytes.isEmpty ? nil : try? JSONValue(parsing: bytes)
  }
}
