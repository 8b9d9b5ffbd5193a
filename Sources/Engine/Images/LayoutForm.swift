import AsyncServices
import Digests
import Errors
import ImageSpec
import Linux
import Messages

/// An image as an OCI layout has it: what goes by Docker's media types gets OCI's, for readers of layouts need not know
/// others. Config and layers stay the same bytes.
///
/// - SeeAlso: OCI image-spec, media-types.md, "compatibility matrix".
struct LayoutForm: Sendable {
  private let context: EngineContext

  init(_ context: EngineContext) { self.context = context }

  /// - Throws: `GantryError` from the worker that counts the new manifest's digest.
  func of(_ item: ImageSaver.Item) async throws -> ImageSaver.Item {
    guard let manifest = item.description.manifest, let config = item.description.config,
      MediaType(rawValue: manifest.mediaType) == .dockerManifest
    else { return item }
    var item = item
    item.description.config?.mediaType = MediaType.ociConfig.rawValue
    for index in item.description.layers.indices {
      let type = MediaType(rawValue: item.description.layers[index].mediaType)
      guard let compression = type.layerCompression else { continue }
      item.description.layers[index].mediaType = MediaType.layer(compression).rawValue
    }
    let document = Manifest(
      mediaType: .ociManifest, config: try Self.descriptor(config, .ociConfig),
      layers: try item.description.layers.map { try Self.descriptor($0, MediaType(rawValue: $0.mediaType)) }
    ).serialized()
    item.manifest = document
    item.description.manifest = .init(
      mediaType: MediaType.ociManifest.rawValue, digest: try await digest(of: document), size: Int64(document.count))
    return item
  }

  private static func descriptor(_ blob: GantryWorkerV1.Blob, _ type: MediaType) throws(GantryError) -> Descriptor {
    Descriptor(mediaType: type, digest: try Digest(parsing: blob.digest), size: blob.size)
  }

  /// The supervisor has no hash function of its own.
  private func digest(of document: [UInt8]) async throws -> String {
    let staging = context.paths.staging
    let (source, target) = try await context.threads.run {
      let files = (try FileDescriptor.unnamed(in: staging), try FileDescriptor.unnamed(in: staging))
      try files.0.writeAll(document)
      return files
    }
    let result = try await context.workers.trees("hashing a manifest") { worker in
      try await worker.compress(.init(compression: "none"), options: .init(descriptors: [source, target])).result()
    }
    guard let digest = result.blob?.digest, HexID.isDigest(digest) else {
      throw GantryError(.internal, "a worker has hashed a manifest without telling of it")
    }
    return digest
  }
}
