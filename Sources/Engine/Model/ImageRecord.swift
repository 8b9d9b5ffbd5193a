import ImageSpec
import Messages

/// All that is known about an image, as the database keeps it.
package struct ImageRecord: Sendable {
  /// "sha256:<hex>" of the config.
  package let id: String
  /// When it was made, as its config says.
  package let created: Moment?
  /// When it came here.
  package let imported: Moment
  /// Bytes unpacked, all layers.
  package let size: Int64
  /// What the worker read: manifest, config, layers, settings.
  package let description: GantryWorkerV1.Image
  /// Chain ids of the layers, lowest first.
  package let chain: [String]
  /// Names it goes by, sorted.
  package var names: [String]
  /// When it was last given a name.
  package var lastTagged: Moment?
  /// Id of the image it was made from; "" where that is not known.
  package let parent: String

  package init(
    id: String, created: Moment?, imported: Moment, size: Int64, description: GantryWorkerV1.Image, chain: [String],
    names: [String], lastTagged: Moment?, parent: String = ""
  ) {
    self.parent = parent
    self.id = id
    self.created = created
    self.imported = imported
    self.size = size
    self.description = description
    self.chain = chain
    self.names = names
    self.lastTagged = lastTagged
  }
}

extension ImageRecord {
  package var settings: GantryWorkerV1.ImageConfig { description.settings ?? .init() }

  /// What it runs on. An image that names no operating system is taken for one of this system's, as Docker takes it.
  package var platform: Platform {
    Platform(
      os: description.os.isEmpty ? Platform.current.os : description.os, architecture: description.architecture,
      variant: description.variant)
  }

  /// Names with a tag, and names with a digest.
  package var tags: [String] { names.filter { !$0.contains("@") } }
  package var digests: [String] { names.filter { $0.contains("@") } }

  /// Digests of every blob the image needs.
  package var blobs: [String] {
    [description.manifest, description.config].compactMap { $0?.digest } + description.layers.map(\.digest)
  }
}
