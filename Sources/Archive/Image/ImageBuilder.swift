import Digests
import Errors
import Glibc
import ImageSpec
import Linux

/// Puts an image together from staged files: checks what belongs together, and makes the documents that are missing.
struct ImageBuilder {
  let staging: Staging

  /// An image whose manifest is made here.
  ///
  /// - Parameters:
  ///   - files: the layers, lowest first.
  ///   - docker: whether the media types are Docker's or OCI's.
  func image(names: [String], config file: Staging.File, layers files: [Staging.File], docker: Bool, name: String)
    throws(GantryError) -> ArchivedImage
  {
    let configuration = try ImageConfig(parsing: staging.read(file, name: name), name: name)
    var layers: [StagedBlob] = []
    for file in files { layers.append(try layer(file, docker: docker)) }
    try check(configuration, layers, name: name)
    let config = StagedBlob(mediaType: docker ? .dockerConfig : .ociConfig, digest: file.digest, size: file.size)
    let manifest = Manifest(
      mediaType: docker ? .dockerManifest : .ociManifest, config: config.descriptor, layers: layers.map(\.descriptor))
    return try image(names: names, manifest, config: config, layers: layers, configuration)
  }

  /// An image whose manifest is made here, of parts that have been checked.
  func image(
    names: [String], _ manifest: Manifest, config: StagedBlob, layers: [StagedBlob], _ configuration: ImageConfig
  ) throws(GantryError) -> ArchivedImage {
    let file = try staging.add(manifest.serialized())
    return ArchivedImage(
      names: names, manifest: StagedBlob(mediaType: manifest.mediaType, digest: file.digest, size: file.size),
      config: config, layers: layers, configuration: configuration)
  }

  /// A layer as it can be stored: compressed in a way that there is a media type for, or not at all.
  func layer(_ file: Staging.File, docker: Bool) throws(GantryError) -> StagedBlob {
    let source = try staging.open(file.digest)
    let compression = try Compression(of: source)
    guard let kept = compression.layerCompression else {
      let plain = try decompress(source, file)
      return StagedBlob(mediaType: docker ? .dockerLayer : .ociLayer, digest: plain.digest, size: plain.size)
    }
    return StagedBlob(
      mediaType: docker ? .dockerLayer(kept) : .layer(kept), digest: file.digest, size: file.size)
  }

  private func decompress(_ source: FileDescriptor, _ file: Staging.File) throws(GantryError) -> Staging.File {
    do throws(GantryError) {
      let stream = try DecompressedStream(of: source)
      return try staging.add { (emit) throws(GantryError) in
        while let chunk = try stream.next() { try emit(chunk.bytes) }
      }
    } catch {
      throw error.wrapped("layer \(file.digest)")
    }
  }

  /// A configuration says as many diff ids as there are layers, and the right ones of those that are not compressed.
  func check(_ configuration: ImageConfig, _ layers: [StagedBlob], name: String) throws(GantryError) {
    // What does not say is taken for one of this system's.
    guard ["", Platform.current.os].contains(configuration.platform.os) else {
      throw GantryError(
        .invalidArgument, "cannot load \(configuration.platform.os) image on \(Platform.current.os)")
    }
    try configuration.check(layers: layers.count, name: name)
    for (diffID, layer) in zip(configuration.diffIDs, layers) where layer.mediaType.layerCompression == .uncompressed {
      // A layer may say it is not compressed, and yet be: unpacking tells.
      guard try Compression(of: staging.open(layer.digest)) == .uncompressed else { continue }
      guard diffID == layer.digest || diffID.algorithm != .sha256 else {
        throw GantryError(
          .invalidArgument, "layer \(layer.digest) is not the one its image wants, whose diff_id is \(diffID)")
      }
    }
  }
}
