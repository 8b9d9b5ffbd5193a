import Archive
import ImageMessages
import Messages

extension GantryWorkerV1.ReadArchiveResult {
  init(_ result: ImageArchiveReader.Result) {
    self.init(
      images: result.images.map { .init($0) }, blobs: result.blobs.map { .init($0) },
      isRootFileSystem: result.isRootFileSystem)
  }
}

extension GantryWorkerV1.Blob {
  init(_ blob: StagedBlob) {
    self.init(mediaType: blob.mediaType.rawValue, digest: blob.digest.description, size: blob.size)
  }
}

extension GantryWorkerV1.Image {
  init(_ image: ArchivedImage) {
    self.init(
      image.configuration, names: image.names, manifest: .init(image.manifest), config: .init(image.config),
      layers: image.layers.map { .init($0) })
    parent = image.parent?.description ?? ""
  }
}
