import ImageMessages
import ImageSpec
import Messages

extension GantryWorkerV1.Blob {
  init(_ descriptor: Descriptor) {
    self.init(
      mediaType: descriptor.mediaType.rawValue, digest: descriptor.digest.description, size: descriptor.size)
  }
}

extension GantryWorkerV1.Image {
  init(_ resolved: ImageResolver.Resolved) {
    self.init(
      resolved.configuration, manifest: resolved.manifest.blob, config: resolved.config.blob,
      layers: resolved.layers.map { .init($0) })
  }
}
