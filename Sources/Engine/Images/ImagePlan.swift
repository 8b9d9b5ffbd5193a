import References
import Digests
import Errors
import ImageSpec
import Messages

/// One image of an archive, with what follows from its description.
struct ImagePlan: Sendable {
  /// "sha256:<hex>" of the config.
  let id: String
  let image: GantryWorkerV1.Image
  /// Chain ids, lowest layer first.
  let chain: [String]
  /// The archive's names, normalised; those that are no names are left out.
  let names: [String]

  /// - Throws: `.invalidArgument` where the description does not hold together.
  init(_ image: GantryWorkerV1.Image) throws(GantryError) {
    guard let config = image.config, HexID.isDigest(config.digest) else {
      throw GantryError(.invalidArgument, "the archive has an image whose config has no SHA-256 digest")
    }
    guard image.layers.count == image.diffIds.count else {
      throw GantryError(
        .invalidArgument,
        """
        image \(config.digest) has \(image.layers.count) layers and \(image.diffIds.count) uncompressed digests: \
        there must be as many of both
        """)
    }
    id = config.digest
    self.image = image
    var diffIDs: [Digest] = []
    for text in image.diffIds { diffIDs.append(try Digest(parsing: text)) }
    chain = try Digest.chainIDs(diffIDs).map(\.description)
    names = image.names.compactMap { name in
      guard let reference = try? Reference(parsing: name).tagged, reference.digest == nil else { return nil }
      return reference.familiar
    }
  }
}
