/// What a listing needs of an image, and no more: its description is not read for it.
package struct ImageOverview: Sendable {
  package let id: String
  package let created: Moment?
  /// Bytes unpacked, all layers.
  package let size: Int64
  /// Chain ids of the layers, lowest first.
  package let chain: [String]
  /// Id of the image it was made from; "" where that is not known.
  package let parent: String
  /// Names it goes by, with tags and with digests, sorted.
  package let names: [String]
  package let labels: [String: String]

  package init(
    id: String, created: Moment?, size: Int64, chain: [String], parent: String, names: [String],
    labels: [String: String]
  ) {
    self.id = id
    self.created = created
    self.size = size
    self.chain = chain
    self.parent = parent
    self.names = names
    self.labels = labels
  }
}

extension ImageOverview {
  /// Names with a tag, and names with a digest.
  package var tags: [String] { names.filter { !$0.utf8.contains(UInt8(ascii: "@")) } }
  package var digests: [String] { names.filter { $0.utf8.contains(UInt8(ascii: "@")) } }
}
