import Digests
import Errors
import ImageSpec
import Linux

/// Makes the documents of an image whose layers are stored elsewhere.
///
/// The layers' kinds are all of one family: Docker's where the lowest is Docker's, else OCI's.
public struct ImageComposition {
  /// A layer that is stored already.
  public typealias Layer = Descriptor

  private let config: ImageConfig
  private let layers: [Layer]

  public init(config: ImageConfig, layers: [Layer]) {
    self.config = config
    self.layers = layers
  }

  /// Writes the config and the manifest as files named by their digests.
  ///
  /// - Throws: `.invalidArgument` where there are not as many layers as the config says, or one is of an unknown kind.
  public func write(to directory: FileDescriptor) throws(GantryError) -> ArchivedImage {
    guard config.diffIDs.count == layers.count else {
      throw GantryError(
        .invalidArgument, "an image with \(layers.count) layers has as many diff_ids, and not \(config.diffIDs.count)")
    }
    let isDocker = layers.first?.mediaType.rawValue.contains("docker") ?? false
    var descriptors: [Descriptor] = []
    for layer in layers {
      guard let compression = layer.mediaType.layerCompression else {
        throw GantryError(
          .invalidArgument, "layer \(layer.digest) is of the kind \"\(layer.mediaType)\", which is not supported")
      }
      descriptors.append(
        Descriptor(
          mediaType: isDocker ? .dockerLayer(compression) : .layer(compression), digest: layer.digest,
          size: layer.size))
    }
    let staging = Staging(directory)
    let file = try staging.add(config.serialized())
    let staged = StagedBlob(mediaType: isDocker ? .dockerConfig : .ociConfig, digest: file.digest, size: file.size)
    let manifest = Manifest(
      mediaType: isDocker ? .dockerManifest : .ociManifest, config: staged.descriptor, layers: descriptors)
    return try ImageBuilder(staging: staging).image(
      names: [], manifest, config: staged,
      layers: descriptors.map { StagedBlob(mediaType: $0.mediaType, digest: $0.digest, size: $0.size) }, config)
  }
}
