/// The kind of a blob, as a descriptor states it. Unknown kinds survive as they are.
///
/// - SeeAlso: OCI image-spec, media-types.md; Docker's image manifest v2, schema 2.
public struct MediaType: RawRepresentable, Sendable, Hashable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let ociManifest = MediaType(rawValue: "application/vnd.oci.image.manifest.v1+json")
  public static let ociIndex = MediaType(rawValue: "application/vnd.oci.image.index.v1+json")
  public static let ociConfig = MediaType(rawValue: "application/vnd.oci.image.config.v1+json")
  public static let ociLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar")
  public static let ociLayerGzip = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+gzip")
  public static let ociLayerZstd = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+zstd")
  public static let dockerManifest = MediaType(rawValue: "application/vnd.docker.distribution.manifest.v2+json")
  public static let dockerManifestList = MediaType(
    rawValue: "application/vnd.docker.distribution.manifest.list.v2+json")
  public static let dockerConfig = MediaType(rawValue: "application/vnd.docker.container.image.v1+json")
  public static let dockerLayer = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar")
  public static let dockerLayerGzip = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.gzip")
  public static let dockerLayerZstd = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.zstd")

  public var isManifest: Bool { self == .ociManifest || self == .dockerManifest }
  public var isIndex: Bool { self == .ociIndex || self == .dockerManifestList }
  public var isConfig: Bool { self == .ociConfig || self == .dockerConfig }

  /// A tar of one layer, compressed or not, that this engine can unpack.
  public var isLayer: Bool { layerCompression != nil }

  /// How a layer of this kind is compressed; nil where it is no layer that can be unpacked.
  public var layerCompression: LayerCompression? {
    switch self {
    case .ociLayer, .dockerLayer: .uncompressed
    case .ociLayerGzip, .dockerLayerGzip: .gzip
    case .ociLayerZstd, .dockerLayerZstd: .zstd
    default: nil
    }
  }

  /// A layer that its owner wants fetched from elsewhere and never stored by others.
  public var isForeignLayer: Bool {
    rawValue.hasPrefix("application/vnd.oci.image.layer.nondistributable.")
      || rawValue.hasPrefix("application/vnd.docker.image.rootfs.foreign.")
  }

  /// Docker's kind of a layer that is compressed in this way.
  public static func dockerLayer(_ compression: LayerCompression) -> MediaType {
    switch compression {
    case .uncompressed: .dockerLayer
    case .gzip: .dockerLayerGzip
    case .zstd: .dockerLayerZstd
    }
  }

  /// OCI's kind of a layer that is compressed in this way.
  public static func layer(_ compression: LayerCompression) -> MediaType {
    switch compression {
    case .uncompressed: .ociLayer
    case .gzip: .ociLayerGzip
    case .zstd: .ociLayerZstd
    }
  }
}

extension MediaType: CustomStringConvertible {
  public var description: String { rawValue }
}
