import Digests
import Errors
import ImageSpec
import Messages

/// Finds the image that a reference names on one endpoint: follows indexes to the platform, reads manifest and config, and
/// checks that they belong together.
struct ImageResolver: Sendable {
  let fetcher: DocumentFetcher
  /// The wanted platform, and whether the person has named it.
  let platform: Platform
  let isPlatformAsked: Bool

  struct Resolved: Sendable {
    /// What the reference names: an index, or the manifest.
    let root: Document
    let manifest: Document
    let config: Document
    let layers: [Descriptor]
    let configuration: ImageConfig
    /// Index, manifest and config, and the indexes between.
    let documents: [Document]
    let warnings: [String]
  }

  /// Indexes that lead to indexes are followed this far.
  private static let maximumDepth = 4
  /// How many manifests that do not say their platform are looked at.
  private static let maximumCandidates = 8

  private var repository: Repository { fetcher.repository }

  /// - Parameter reference: a tag or a digest.
  /// - Throws: `.notFound`, `.invalidArgument`, `.failedPrecondition` as the contract has it.
  func resolve(_ reference: String) async throws(GantryError) -> Resolved {
    let root = try await fetcher.manifest(reference)
    guard root.mediaType.isIndex else {
      let image = try await image(root, above: [], isChosen: false)
      try check(image.configuration.platform)
      return image
    }
    var looked = 0
    if let image = try await choose(in: root, above: [root], &looked) { return image }
    throw GantryError(
      .notFound,
      "no matching manifest for \(platform.dockerDescription) in the manifest list entries of \(repository.familiarName)"
    )
  }

  private func choose(
    in index: Document, above: [Document], _ looked: inout Int
  ) async throws(GantryError) -> Resolved? {
    guard above.count <= Self.maximumDepth else {
      throw GantryError(
        .invalidArgument,
        "\(repository.familiarName) is not valid: its indexes lie more than \(Self.maximumDepth) deep in one another")
    }
    let entries = try Index(parsing: index.bytes, expected: index.mediaType, name: "index \(index.digest)")
    for entry in entries.candidates(for: platform) {
      guard entry.mediaType.isIndex || entry.mediaType.isManifest || entry.mediaType.rawValue.isEmpty else { continue }
      looked += 1
      guard looked <= Self.maximumCandidates else { return nil }
      let document = try await document(entry)
      if document.mediaType.isIndex {
        if let image = try await choose(in: document, above: above + [document], &looked) { return image }
        continue
      }
      let says = entry.platform.map { !$0.os.isEmpty || !$0.architecture.isEmpty } ?? false
      let image = try await image(document, above: above, isChosen: true)
      // Only the config of one that says no platform tells whether it runs here.
      guard says || platform.distance(to: image.configuration.platform) != nil else { continue }
      try check(image.configuration.platform)
      return image
    }
    return nil
  }

  private func document(_ entry: Descriptor) async throws(GantryError) -> Document {
    let document = try await fetcher.manifest(entry.digest.description)
    guard entry.size == Int64(document.bytes.count) else {
      throw GantryError(
        .failedPrecondition,
        "manifest \(entry.digest) is not what its index says: it has \(document.bytes.count) bytes, not \(entry.size)")
    }
    return document
  }

  private func image(
    _ document: Document, above: [Document], isChosen: Bool
  ) async throws(GantryError) -> Resolved {
    let name = "manifest \(document.digest)"
    let manifest = try Manifest(parsing: document.bytes, expected: document.mediaType, name: name)
    guard manifest.config.mediaType.isConfig else {
      throw GantryError(
        .invalidArgument,
        "\(repository.familiarName) is no image: its config is of the media type \(Self.printable(manifest.config.mediaType))"
      )
    }
    for layer in manifest.layers { try check(layer) }
    let config = try await fetcher.blob(manifest.config, name: "image config \(manifest.config.digest)")
    let configuration = try ImageConfig(parsing: config.bytes, name: "image config \(manifest.config.digest)")
    try configuration.check(layers: manifest.layers.count, name: "image config \(manifest.config.digest)")
    return Resolved(
      root: above.first ?? document, manifest: document, config: config, layers: manifest.layers,
      configuration: configuration, documents: above + [document, config],
      warnings: isChosen ? [] : mismatch(configuration))
  }

  /// An image for another system is of no use here, whoever asks for it.
  private func check(_ actual: Platform) throws(GantryError) {
    guard !actual.os.isEmpty, actual.os != Platform.current.os else { return }
    throw GantryError(
      .failedPrecondition,
      "image operating system \"\(RegistryErrorDocument.printable(actual.os))\" cannot be used on this platform")
  }

  /// A lone image is for one platform; whether that is the wanted one is seen only now. As with Docker it is taken all the
  /// same, and who asked for a platform is told.
  private func mismatch(_ configuration: ImageConfig) -> [String] {
    guard isPlatformAsked, platform.distance(to: configuration.platform) == nil else { return [] }
    let (wanted, actual) = (platform.dockerDescription, configuration.platform.dockerDescription)
    return [
      "image with reference \(repository.familiarName) was found but does not match the specified platform: wanted \(wanted), actual: \(actual)"
    ]
  }

  private func check(_ layer: Descriptor) throws(GantryError) {
    guard !layer.mediaType.isForeignLayer else {
      throw GantryError(
        .invalidArgument,
        "layer \(layer.digest) is a foreign one (\(Self.printable(layer.mediaType))), kept by its owner outside the registry: such images cannot be pulled"
      )
    }
    guard layer.mediaType.isLayer else {
      throw GantryError(
        .invalidArgument,
        "layer \(layer.digest) is of an unsupported media type: \(Self.printable(layer.mediaType)); a layer is a tar, plain or compressed with gzip or zstd"
      )
    }
    guard layer.digest.algorithm == .sha256 else {
      throw GantryError(
        .invalidArgument, "layer \(layer.digest.algorithm.rawValue):\(layer.digest.short) is not named by its SHA-256")
    }
    guard layer.size > 0 else {
      throw GantryError(.invalidArgument, "layer \(layer.digest) is not valid: it has \(layer.size) bytes")
    }
  }

  private static func printable(_ type: MediaType) -> String { RegistryErrorDocument.printable(type.rawValue) }
}

extension Platform {
  /// As Docker writes it in its messages: with the variant that it makes explicit for arm64.
  var dockerDescription: String {
    let text = architecture == "arm64" && variant.isEmpty ? "\(description)/v8" : description
    return RegistryErrorDocument.printable(text)
  }
}
