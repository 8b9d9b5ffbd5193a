import JSON
import Messages

/// The manifest of an image some of whose layers were compressed for the push, in the form that Docker gives it.
enum PushedManifest {
  static func text(
    mediaType: String, config: GantryWorkerV1.Blob, layers: [GantryWorkerV1.Blob]
  ) -> [UInt8] {
    func descriptor(_ blob: GantryWorkerV1.Blob) -> JSONValue {
      ["mediaType": .string(blob.mediaType), "size": .integer(blob.size), "digest": .string(blob.digest)]
    }
    let manifest: JSONValue = [
      "schemaVersion": 2, "mediaType": .string(mediaType), "config": descriptor(config),
      "layers": .array(layers.map(descriptor)),
    ]
    return manifest.serialized(indentation: "   ")
  }
}
