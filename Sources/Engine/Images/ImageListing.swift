import Errors
import ImageSpec
import Messages

/// The rows of `images`.
package enum ImageListing {
  /// A row for each name, one with "<none>" for an image without.
  ///
  /// - Parameters:
  ///   - reference: repository, or repository and tag, perhaps with "*" and "?"; "" is every image.
  ///   - uses: how many containers use each image.
  package static func rows(
    _ images: [ImageRecord], reference: String, uses: [String: UInt32]
  ) -> [GantryEngineV1.ImageSummary] {
    images.flatMap { image -> [GantryEngineV1.ImageSummary] in
      let names = image.names.filter { reference.isEmpty || matches($0, reference) }
      if names.isEmpty { return image.names.isEmpty && reference.isEmpty ? [row(image, nil, uses)] : [] }
      let tags = names.filter { !$0.contains("@") }
      let tagged = Set(tags.map { split($0).repository })
      // A repository whose tags have all gone to other images still has its digests.
      let untagged = Set(names.filter { $0.contains("@") }.map { String($0.prefix { $0 != "@" }) }).subtracting(tagged)
      return (tags + untagged.sorted()).map { row(image, $0, uses) }
    }
  }

  private static func row(
    _ image: ImageRecord, _ name: String?, _ uses: [String: UInt32]
  ) -> GantryEngineV1.ImageSummary {
    let (repository, tag) = split(name ?? "<none>:<none>")
    return .init(
      id: image.id, repository: repository, tag: tag, digest: "<none>",
      createdUnix: (image.created?.nanosecondsSince1970 ?? 0) / 1_000_000_000, size: image.size,
      containers: uses[image.id] ?? 0)
  }

  private static func split(_ name: String) -> (repository: String, tag: String) {
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return (name, "<none>") }
    return (String(name[..<colon]), String(name[name.index(after: colon)...]))
  }

  private static func matches(_ name: String, _ wanted: String) -> Bool {
    let (repository, _) = split(name)
    let plain = (try? Reference(parsing: wanted))?.familiar ?? wanted
    let hasTag = split(plain).tag != "<none>"
    return Wildcard.matches(hasTag ? name : repository, pattern: plain)
      || Wildcard.matches(hasTag ? name : repository, pattern: wanted)
  }
}
