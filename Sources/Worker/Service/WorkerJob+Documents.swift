import Hashing
import Archive
import Digests
import Errors
import Glibc
import ImageMessages
import ImageSpec
import Linux
import Messages

extension WorkerJob {
  func composeImage() throws(GantryError) {
    let message = try GantryWorkerV1.ComposeImageRequest(serialized: request.payload)
    guard (1...2).contains(request.descriptors.count) else {
      throw GantryError(
        .invalidArgument, "the staging directory, and the config of the image below, must come with the request")
    }
    let staging = request.descriptors[0]
    try confine { () throws(GantryError) in
      try Confinement.enter(staging: staging)
      let root = try Self.root()
      try retryingOnInterrupt("dup2") { dup2(root.number, staging.number) }
    }
    let base = try request.descriptors.dropFirst().first.map { (file) throws(GantryError) in
      try ImageConfig(parsing: file.readAll(limit: Self.maximumDocumentSize), name: "the config of the image below")
    }
    var layers: [ImageComposition.Layer] = []
    for blob in message.layers + [message.layer].compactMap(\.self) { layers.append(try Self.layer(blob)) }
    let result = try ImageComposition(
      config: try Self.config(message, base: base), layers: layers
    ).write(to: staging)
    try connection.answer(
      GantryWorkerV1.ComposeImageResponse(
        image: .init(result), blobs: [.init(result.manifest), .init(result.config)]), to: request.stream)
  }

  func describeImage() throws(GantryError) {
    let message = try GantryWorkerV1.DescribeImageRequest(serialized: request.payload)
    guard request.descriptors.count == 2 else {
      throw GantryError(.invalidArgument, "the manifest and the config must come with the request")
    }
    let (manifestFile, configFile) = (request.descriptors[0], request.descriptors[1])
    try confine { () throws(GantryError) in try Confinement.enterEmpty() }
    let name = message.name.isEmpty ? "the image" : message.name
    let bytes = try manifestFile.readAll(limit: Self.maximumDocumentSize)
    let expected = message.mediaType.isEmpty ? nil : MediaType(rawValue: message.mediaType)
    let manifest = try Manifest(parsing: bytes, expected: expected, name: "manifest of \(name)")
    guard manifest.config.mediaType.isConfig else {
      throw GantryError(
        .invalidArgument, "\(name) is no container image: its config is of the kind \"\(manifest.config.mediaType)\"")
    }
    let document = try configFile.readAll(limit: Self.maximumDocumentSize)
    let config = try ImageConfig(parsing: document, name: "config of \(name)")
    guard try Digest.of(document) == manifest.config.digest else {
      throw GantryError(.failedPrecondition, "config of \(name) is not the one its manifest wants")
    }
    guard config.diffIDs.count == manifest.layers.count else {
      throw GantryError(
        .invalidArgument,
        "config of \(name) is not valid: it lists \(config.diffIDs.count) diff_ids, and the image has "
          + "\(manifest.layers.count) layers")
    }
    let image = GantryWorkerV1.Image(
      config,
      manifest: .init(
        mediaType: manifest.mediaType.rawValue, digest: try Digest.of(bytes).description, size: Int64(bytes.count)),
      config: .init(manifest.config), layers: manifest.layers.map { .init($0) })
    try connection.answer(GantryWorkerV1.DescribeImageResponse(image: image), to: request.stream)
  }

  private static let maximumDocumentSize = 8 << 20

  private static func layer(_ blob: GantryWorkerV1.Blob) throws(GantryError) -> ImageComposition.Layer {
    .init(mediaType: MediaType(rawValue: blob.mediaType), digest: try Digest(parsing: blob.digest), size: blob.size)
  }

  private static func config(
    _ message: GantryWorkerV1.ComposeImageRequest, base: ImageConfig?
  ) throws(GantryError) -> ImageConfig {
    var config = ImageConfig(
      platform: Platform(os: message.os, architecture: message.architecture, variant: message.variant),
      created: message.created.isEmpty ? nil : message.created,
      settings: try message.settings.map { (settings) throws(GantryError) in try ContainerSettings(settings) }
        ?? ContainerSettings(), diffIDs: base?.diffIDs ?? [])
    config.variant = message.variant
    if !message.diffId.isEmpty { config.diffIDs.append(try Digest(parsing: message.diffId)) }
    config.osVersion = base?.osVersion ?? ""
    config.history = base?.history ?? []
    if let entry = message.history { config.history.append(HistoryEntry(entry)) }
    config.author = message.author
    config.comment = message.comment
    config.container = message.container
    config.containerConfig = try message.containerConfig
      .map { (settings) throws(GantryError) in try ContainerSettings(settings) }
    return config
  }
}

extension GantryWorkerV1.Blob {
  init(_ descriptor: Descriptor) {
    self.init(
      mediaType: descriptor.mediaType.rawValue, digest: descriptor.digest.description, size: descriptor.size)
  }
}
