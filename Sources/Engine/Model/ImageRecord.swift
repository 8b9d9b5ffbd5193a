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

  package init(
    id: String, created: Moment?, imported: Moment, size: Int64, description: GantryWorkerV1.Image, chain: [String],
    names: [String], lastTagged: Moment?
  ) {
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

  /// Digests of every blob the image needs.
  package var blobs: [String] {
    [description.manifest, description.config].compactMap { $0?.digest } + description.layers.map(\.digest)
  }
}
