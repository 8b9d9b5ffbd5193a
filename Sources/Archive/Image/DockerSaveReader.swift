import Errors
import ImageSpec
import References

/// Understands what `docker save` writes: manifest.json, a config and a tar for each layer.
struct DockerSaveReader {
  private let files: ArchiveFiles
  private let builder: ImageBuilder

  init(_ files: ArchiveFiles, _ builder: ImageBuilder) {
    self.files = files
    self.builder = builder
  }

  func images() throws(GantryError) -> [ArchivedImage] {
    guard let file = files["manifest.json"] else { return [] }
    let manifests = try DockerSaveManifest.parse(
      builder.staging.read(file, name: "manifest.json"), name: "manifest.json")
    var images: [ArchivedImage] = []
    for manifest in manifests {
      var layers: [Staging.File] = []
      for layer in manifest.layers { layers.append(try self.file(layer, "layer")) }
      images.append(
        try builder.image(
          names: manifest.checkedNames(), config: self.file(manifest.config, "image config"), layers: layers,
          docker: true,
          name: "image config \(manifest.config)"))
    }
    return images
  }

  private func file(_ path: String, _ what: String) throws(GantryError) -> Staging.File {
    guard let file = files[path] else {
      throw GantryError(.invalidArgument, "\(what) \"\(path)\" is missing: the archive is not complete")
    }
    return file
  }
}

extension DockerSaveManifest {
  /// The names of its image.
  ///
  /// - Throws: `.invalidArgument` in Docker's words for one that is no image's name.
  func checkedNames() throws(GantryError) -> [String] {
    for name in repoTags {
      let reference = try Reference(parsing: name)
      guard reference.tag != nil, reference.digest == nil else {
        throw GantryError(.invalidArgument, "invalid tag \"\(name)\"")
      }
    }
    return repoTags
  }
}
