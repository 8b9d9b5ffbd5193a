import Errors
import JSON

/// A list of images, one for each platform; or of further lists. OCI's index and Docker's manifest list alike.
///
/// - SeeAlso: OCI image-spec, image-index.md.
public struct Index: Sendable, Hashable {
  public var mediaType: MediaType
  public var manifests: [Descriptor]

  public init(mediaType: MediaType = .ociIndex, manifests: [Descriptor]) {
    self.mediaType = mediaType
    self.manifests = manifests
  }

  /// Reads an index.
  ///
  /// - Parameters:
  ///   - expected: kind that a descriptor promises; used where the document does not state its own.
  ///   - name: what messages call it, such as "index.json".
  /// - Throws: `.invalidArgument` naming `name` and the place in it.
  public init(parsing bytes: [UInt8], expected: MediaType? = nil, name: String) throws(GantryError) {
    let reader = try DocumentReader(parsing: bytes, name: name)
    try reader.checkSchemaVersion()
    mediaType = try reader.string("mediaType").map(MediaType.init) ?? expected ?? .ociIndex
    guard mediaType.isIndex else {
      throw reader.failure("mediaType", "is \"\(mediaType)\", which is no image index")
    }
    guard reader.value("layers") == nil else { throw reader.failure("layers", "belongs into a manifest") }
    guard let manifests = try reader.readers("manifests") else { throw reader.failure("manifests", "is missing") }
    self.manifests = []
    for manifest in manifests { self.manifests.append(try Descriptor(manifest)) }
  }

  /// The document, the same bytes for the same value.
  public func serialized() -> [UInt8] {
    JSONValue.object(
      JSONObject([
        ("schemaVersion", 2), ("mediaType", .string(mediaType.rawValue)),
        ("manifests", .array(manifests.map(\.json))),
      ])
    ).serialized()
  }

  /// The manifests that `platform` can run, best first. One without a platform is tried last: only its
  /// configuration tells.
  public func candidates(for platform: Platform) -> [Descriptor] {
    manifests.enumerated().compactMap { index, manifest -> (distance: Int, index: Int, manifest: Descriptor)? in
      guard let offered = manifest.platform, !(offered.os.isEmpty && offered.architecture.isEmpty) else {
        return (Int.max, index, manifest)
      }
      return platform.distance(to: offered).map { ($0, index, manifest) }
    }
    .sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
    .map(\.manifest)
  }
}
