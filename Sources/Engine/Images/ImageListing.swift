import Errors
import Messages

/// The rows of `images`, as Docker makes them of images and their names.
package struct ImageListing: Sendable {
  private static let nothing = "<none>"
  /// The first second of the year 1, Go's zero time: what Docker's API says of an image that does not tell its age.
  private static let unknownTime: Int64 = -62_135_596_800

  let images: [ImageOverview]
  let filter: ImageFilter
  /// How many containers use each image.
  let uses: [String: UInt32]
  /// Bytes of each layer, by chain id.
  let layers: [String: Int64]
  private let parents: Set<String>
  private let layerUses: [String: Int]

  package init(_ images: [ImageOverview], filter: ImageFilter, uses: [String: UInt32], layers: [String: Int64] = [:]) {
    self.images = images
    self.filter = filter
    self.uses = uses
    self.layers = layers
    parents = Set(images.map(\.parent))
    var layerUses: [String: Int] = [:]
    for image in images { for chain in image.chain { layerUses[chain, default: 0] += 1 } }
    self.layerUses = layerUses
  }

  /// A row for each tag; one for a repository of which only digests are left; one with "<none>" for an image without
  /// any name, if it is no intermediate one.
  ///
  /// - Parameters:
  ///   - all: intermediate images too.
  ///   - digests: a row for each digest of a repository.
  package func rows(all: Bool, digests: Bool) -> [GantryEngineV1.ImageSummary] {
    images.flatMap { image -> [GantryEngineV1.ImageSummary] in
      guard filter.allows(image) else { return [] }
      let tags = image.tags.filter(filter.allows(name:))
      let canonical = image.digests.filter(filter.allows(name:))
      if tags.isEmpty, canonical.isEmpty {
        guard all || !parents.contains(image.id), filter.dangling != false, !filter.asksForNames else { return [] }
        return [row(image, Self.nothing, Self.nothing, Self.nothing)]
      }
      if filter.dangling == true, !tags.isEmpty { return [] }
      return rows(image, tags, canonical, digests: digests)
    }
  }

  private func rows(
    _ image: ImageOverview, _ tags: [String], _ canonical: [String], digests: Bool
  ) -> [GantryEngineV1.ImageSummary] {
    var known: [String: [String]] = [:]
    for name in canonical {
      let (repository, digest) = ImageName.split(name)
      known[repository, default: []].append(digest)
    }
    var rows: [GantryEngineV1.ImageSummary] = []
    var tagged: Set<String> = []
    for name in tags {
      let (repository, tag) = ImageName.split(name)
      tagged.insert(repository)
      let found = digests ? known[repository] ?? [] : []
      for digest in found.isEmpty ? [Self.nothing] : found { rows.append(row(image, repository, tag, digest)) }
    }
    for (repository, found) in known.sorted(by: { $0.key < $1.key }) where !tagged.contains(repository) {
      for digest in digests ? found : [Self.nothing] { rows.append(row(image, repository, Self.nothing, digest)) }
    }
    return rows
  }

  private func row(
    _ image: ImageOverview, _ repository: String, _ tag: String, _ digest: String
  ) -> GantryEngineV1.ImageSummary {
    .init(
      id: image.id, repository: repository, tag: tag, digest: digest,
      createdUnix: image.created.map { $0.nanosecondsSince1970 / 1_000_000_000 } ?? Self.unknownTime, size: image.size,
      containers: uses[image.id] ?? 0, labels: image.labels, sharedSize: sharedSize(image), parentId: image.parent,
      repoTags: image.tags, repoDigests: image.digests)
  }

  /// Bytes of the layers that other images have too.
  private func sharedSize(_ image: ImageOverview) -> Int64 {
    image.chain.reduce(0) { $0 + (layerUses[$1] ?? 0 > 1 ? layers[$1] ?? 0 : 0) }
  }
}
