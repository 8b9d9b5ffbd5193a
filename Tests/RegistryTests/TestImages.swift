import Hashing
import Digests
import Errors
import ImageSpec
import JSON
import Linux
import Messages

/// Puts documents of the tests' own making into a registry, through the client itself.
struct TestImages {
  let process: RegistryProcess
  let scratch: Scratch
  let repository: String

  func blob(_ bytes: [UInt8], _ type: MediaType) async throws -> Descriptor {
    let descriptor = Descriptor(mediaType: type, digest: try Digest.of(bytes), size: Int64(bytes.count))
    let file = try scratch.file(bytes, "blob-\(descriptor.digest.hex.prefix(20))")
    _ = try await process.push(
      repository, .init(mediaType: type.rawValue, digest: descriptor.digest.description, size: descriptor.size),
      from: file)
    return descriptor
  }

  func config(_ platform: Platform, layers: Int = 1) throws -> [UInt8] {
    var settings = ContainerSettings()
    settings.command = ["/hello", platform.description]
    let diffIDs = try (0..<layers).map { try Digest.of("layer \($0)".utf8) }
    return ImageConfig(platform: platform, settings: settings, diffIDs: diffIDs).serialized()
  }

  /// An image of one layer for a platform; its manifest gets `tag`, or its own digest as a name.
  @discardableResult
  func image(
    _ platform: Platform, tag: String? = nil, layerType: MediaType = .ociLayerGzip, configType: MediaType = .ociConfig,
    layer: [UInt8] = Array("no tar, but who looks".utf8), diffs: Int = 1
  ) async throws -> Descriptor {
    // A registry wants to see the layers that it keeps itself.
    let layer = try await blob(layer, .ociLayerGzip)
    let config = try await blob(config(platform, layers: diffs), configType)
    var stated = layer
    stated.mediaType = layerType
    let manifest = Manifest(
      config: .init(mediaType: configType, digest: config.digest, size: config.size), layers: [stated])
    return try await put(manifest.serialized(), .ociManifest, tag: tag)
  }

  func index(_ entries: [(Descriptor, Platform?)], tag: String? = nil, type: MediaType = .ociIndex) async throws
    -> Descriptor
  {
    let manifests = entries.map { entry, platform in
      Descriptor(mediaType: entry.mediaType, digest: entry.digest, size: entry.size, platform: platform)
    }
    return try await put(Index(mediaType: type, manifests: manifests).serialized(), type, tag: tag)
  }

  func put(_ bytes: [UInt8], _ type: MediaType, tag: String?) async throws -> Descriptor {
    let digest = try Digest.of(bytes)
    let file = try scratch.file(bytes, "manifest-\(digest.hex.prefix(20))")
    let answer = try await process.putManifest(
      repository, tag ?? digest.description, mediaType: type.rawValue, file)
    guard answer == digest.description else { throw GantryError(.internal, "the registry says \(answer)") }
    return Descriptor(mediaType: type, digest: digest, size: Int64(bytes.count))
  }
}
