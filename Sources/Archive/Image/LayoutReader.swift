import Digests
import Errors
import ImageSpec
import JSON

/// Understands an OCI image layout.
///
/// - SeeAlso: OCI image-spec, image-layout.md.
struct LayoutReader {
  private let files: ArchiveFiles
  private let builder: ImageBuilder
  private let platform: Platform?

  private static let maximumNesting = 8
  private static let version = "1.0.0"
  private static let containerdName = "io.containerd.image.name"
  private static let referenceName = "org.opencontainers.image.ref.name"

  init(_ files: ArchiveFiles, _ builder: ImageBuilder, platform: Platform?) {
    self.files = files
    self.builder = builder
    self.platform = platform
  }

  /// The images of index.json; of those with the same name the one that fits the platform best.
  func images() throws(GantryError) -> [ArchivedImage] {
    try checkVersion()
    guard let file = files["index.json"] else { return [] }
    let index = try Index(parsing: builder.staging.read(file, name: "index.json"), name: "index.json")
    var images: [ArchivedImage] = []
    for group in groups(index.manifests) {
      guard let found = try image(of: group, nesting: 0) else { continue }
      var image = found
      image.names = try names(of: group, found)
      if let known = images.firstIndex(where: { $0.manifest == image.manifest }) {
        images[known].names += image.names.filter { !images[known].names.contains($0) }
      } else {
        images.append(image)
      }
    }
    if images.isEmpty, !index.manifests.isEmpty {
      let remedy = platform == nil ? "; choose one with --platform" : ""
      throw GantryError(
        .invalidArgument,
        "no image in this archive is for \(platform ?? .current): it has \(offered(index.manifests))\(remedy)")
    }
    return images
  }

  private func checkVersion() throws(GantryError) {
    guard let file = files["oci-layout"] else { return }
    let bytes = try builder.staging.read(file, name: "oci-layout")
    // A file that says nothing is taken as it always was.
    guard let version = (try? JSONValue(parsing: bytes))?.object?["imageLayoutVersion"],
      version != .string(Self.version)
    else { return }
    throw GantryError(
      .invalidArgument,
      "it is an OCI image layout of version \(version.text()), and only \"\(Self.version)\" is supported")
  }

  private func offered(_ manifests: [Descriptor]) -> String {
    let platforms = manifests.compactMap { $0.platform?.description }
    return platforms.isEmpty ? "others" : platforms.joined(separator: ", ")
  }

  /// Descriptors that are one image for several platforms: those of one name, or all without any.
  private func groups(_ manifests: [Descriptor]) -> [[Descriptor]] {
    var groups: [[Descriptor]] = []
    var places: [String: Int] = [:]
    for manifest in manifests where !isAttestation(manifest) {
      let name = manifest.annotations[Self.containerdName] ?? manifest.annotations[Self.referenceName] ?? ""
      // Without a name and a platform nothing says that two belong together.
      let key = name.isEmpty && manifest.platform == nil ? manifest.digest.description : name
      if let place = places[key] {
        groups[place].append(manifest)
      } else {
        places[key] = groups.count
        groups.append([manifest])
      }
    }
    return groups
  }

  private func isAttestation(_ manifest: Descriptor) -> Bool {
    manifest.annotations["vnd.docker.reference.type"] == "attestation-manifest"
  }

  private func names(of group: [Descriptor], _ image: ArchivedImage) throws(GantryError) -> [String] {
    for manifest in group {
      if let name = manifest.annotations[Self.containerdName], !name.isEmpty { return [name] }
      // A bare word is a tag of a repository that the layout does not tell.
      if let name = manifest.annotations[Self.referenceName], name.contains(where: { $0 == ":" || $0 == "/" }) {
        return [name]
      }
    }
    return try dockerNames(image)
  }

  /// A layout that is a `docker save` archive as well has names there.
  private func dockerNames(_ image: ArchivedImage) throws(GantryError) -> [String] {
    var names: [String] = []
    for manifest in files.savedManifests(builder.staging) where files[manifest.config]?.digest == image.config.digest {
      names += try manifest.checkedNames()
    }
    return names
  }

  /// The image that fits best; nil where none does.
  private func image(of manifests: [Descriptor], nesting: Int) throws(GantryError) -> ArchivedImage? {
    guard nesting < Self.maximumNesting else {
      throw GantryError(.invalidArgument, "its indexes lie in one another more than \(Self.maximumNesting) deep")
    }
    let candidates =
      manifests.count == 1 && platform == nil
      ? manifests : Index(manifests: manifests).candidates(for: platform ?? .current)
    for manifest in candidates where !isAttestation(manifest) {
      if let image = try image(of: manifest, nesting: nesting) { return image }
    }
    return nil
  }

  private func image(of descriptor: Descriptor, nesting: Int) throws(GantryError) -> ArchivedImage? {
    let name = "manifest \(descriptor.digest)"
    let bytes = try builder.staging.read(file(of: descriptor, "manifest"), name: name)
    if descriptor.mediaType.isIndex || (descriptor.mediaType.rawValue.isEmpty && isIndex(bytes)) {
      let index = try Index(parsing: bytes, expected: descriptor.mediaType, name: "index \(descriptor.digest)")
      return try image(of: index.manifests, nesting: nesting + 1)
    }
    guard descriptor.mediaType.isManifest || descriptor.mediaType.rawValue.isEmpty else {
      throw GantryError(.invalidArgument, "\(name) is of the kind \"\(descriptor.mediaType)\", which is not supported")
    }
    let manifest = try Manifest(
      parsing: bytes, expected: descriptor.mediaType.isManifest ? descriptor.mediaType : nil, name: name)
    return try image(manifest, descriptor, name: name)
  }

  private func isIndex(_ bytes: [UInt8]) -> Bool { (try? Index(parsing: bytes, name: "")) != nil }

  private func image(_ manifest: Manifest, _ descriptor: Descriptor, name: String) throws(GantryError)
    -> ArchivedImage?
  {
    guard manifest.config.mediaType.isConfig else {
      throw GantryError(
        .invalidArgument, "\(name) is no container image: its config is of the kind \"\(manifest.config.mediaType)\"")
    }
    let configFile = try file(of: manifest.config, "image config")
    let configName = "image config \(manifest.config.digest)"
    let configuration = try ImageConfig(parsing: builder.staging.read(configFile, name: configName), name: configName)
    // Where no descriptor says what an image runs on, its configuration does.
    if let platform, platform.distance(to: configuration.platform) == nil { return nil }
    var layers: [StagedBlob] = []
    for layer in manifest.layers { layers.append(try self.layer(layer)) }
    try builder.check(configuration, layers, name: configName)
    let config = StagedBlob(
      mediaType: manifest.config.mediaType, digest: configFile.digest, size: configFile.size)
    if zip(layers, manifest.layers).contains(where: { $0.digest != $1.digest }) {
      var changed = manifest
      changed.layers = layers.map(\.descriptor)
      return try builder.image(names: [], changed, config: config, layers: layers, configuration)
    }
    let staged = StagedBlob(mediaType: manifest.mediaType, digest: descriptor.digest, size: descriptor.size)
    return ArchivedImage(names: [], manifest: staged, config: config, layers: layers, configuration: configuration)
  }

  private func layer(_ layer: Descriptor) throws(GantryError) -> StagedBlob {
    guard !layer.mediaType.isForeignLayer else {
      throw GantryError(
        .invalidArgument,
        "layer \(layer.digest) is of the kind \"\(layer.mediaType)\": its owner does not allow it to be passed on")
    }
    let isOtherCompression = ["+xz", "+bzip2", ".xz", ".bzip2"].contains { layer.mediaType.rawValue.hasSuffix($0) }
    guard layer.mediaType.isLayer || isOtherCompression else {
      throw GantryError(
        .invalidArgument, "layer \(layer.digest) is of the kind \"\(layer.mediaType)\", which is not supported")
    }
    let file = try file(of: layer, "layer")
    guard try Compression(of: builder.staging.open(file.digest)).layerCompression == nil else {
      return StagedBlob(mediaType: layer.mediaType, digest: file.digest, size: file.size)
    }
    return try builder.layer(file, docker: layer.mediaType.rawValue.contains("docker"))
  }

  /// The staged file of a descriptor, of the size it says.
  private func file(of descriptor: Descriptor, _ what: String) throws(GantryError) -> Staging.File {
    guard descriptor.digest.algorithm == .sha256 else {
      throw GantryError(
        .invalidArgument,
        "\(what) \(descriptor.digest) is named by \(descriptor.digest.algorithm.rawValue): only sha256 is supported in archives"
      )
    }
    guard let file = files["blobs/sha256/\(descriptor.digest.hex)"] else {
      throw GantryError(.invalidArgument, "\(what) \(descriptor.digest) is missing: the archive is not complete")
    }
    guard file.size == descriptor.size else {
      throw GantryError(
        .invalidArgument,
        "\(what) \(descriptor.digest) has \(file.size) bytes, and its descriptor says \(descriptor.size)")
    }
    return file
  }
}
