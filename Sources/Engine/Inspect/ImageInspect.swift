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
      ("ContainerConfig", DockerConfig.json(description.containerConfig ?? .init())),
      ("DockerVersion", .string(description.dockerVersion)), ("Author", .string(description.author)),
      ("Config", DockerConfig.json(image.settings)), ("Architecture", .string(description.architecture)),
    ])
    if !description.variant.isEmpty { object["Variant"] = .string(description.variant) }
    object["Os"] = .string(image.platform.os)
    if !description.osVersion.isEmpty { object["OsVersion"] = .string(description.osVersion) }
    let rest: [(String, JSONValue)] = [
      ("Size", .integer(image.size)), ("VirtualSize", .integer(image.size)),
      ("GraphDriver", storage.json), ("RootFS", rootFileSystem(description.diffIds)),
      ("Metadata", ["LastTagTime": .moment(image.lastTagged)]),
    ]
    for (key, value) in rest { object[key] = value }
    return .object(object)
  }

  private static func rootFileSystem(_ diffIDs: [String]) -> JSONValue {
    diffIDs.isEmpty ? ["Type": "layers"] : ["Type": "layers", "Layers": .strings(diffIDs)]
  }

  /// Of an image by other builders the last step's comment, as Docker shows it.
  private static func comment(_ image: ImageRecord) -> String {
    image.description.comment.isEmpty ? image.description.history.last?.comment ?? "" : image.description.comment
  }
}
