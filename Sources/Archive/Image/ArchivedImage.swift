import Digests
import ImageSpec

/// One image of an archive, understood and checked: all that it refers to is staged.
public struct ArchivedImage: Sendable, Hashable {
  /// Names the archive gives it, as written there; may be none.
  public var names: [String]
  public let manifest: StagedBlob
  public let config: StagedBlob
  /// Lowest first, one for each of the configuration's diff ids.
  public let layers: [StagedBlob]
  public let configuration: ImageConfig
  /// The config's digest of the image it was made from, which is in the archive too; nil where the archive does not say.
  public var parent: Digest?

  public static func == (left: ArchivedImage, right: ArchivedImage) -> Bool {
    left.manifest == right.manifest && left.names == right.names
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(manifest) }
}
