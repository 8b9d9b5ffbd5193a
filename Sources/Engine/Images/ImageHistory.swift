import Errors
import Messages

/// How an image was made, the last step first.
package enum ImageHistory {
  /// Go's zero time, the first second of the year 1: nobody knows when it was.
  private static let unknown: Int64 = -62_135_596_800

  /// - Parameters:
  ///   - ancestors: the image it was made from, the one that was made from, and so on, as far as they are known.
  ///   - layers: bytes of each layer, by chain id.
  /// - Throws: `.failedPrecondition` where more steps made layers than there are layers.
  package static func entries(
    _ image: ImageRecord, ancestors: [ImageRecord], layers: [String: Int64]
  ) throws(GantryError) -> [GantryEngineV1.ImageHistoryEntry] {
    var entries: [GantryEngineV1.ImageHistoryEntry] = []
    var chain = image.chain[...]
    for step in image.description.history {
      var size: Int64 = 0
      if !step.emptyLayer {
        guard let layer = chain.popFirst() else {
          throw GantryError(
            .failedPrecondition, "too many non-empty layers in History section of image \(HexID.short(image.id))")
        }
        size = layers[layer] ?? 0
      }
      entries.append(
        .init(
          id: "<missing>",
          createdUnix: Moment(rfc3339: step.created).map { $0.nanosecondsSince1970 / 1_000_000_000 } ?? Self.unknown,
          createdBy: step.createdBy, size: size, comment: step.comment))
    }
    entries.reverse()
    for (index, image) in ([image] + ancestors).enumerated() where index < entries.count {
      entries[index].id = image.id
      entries[index].tags = image.tags
    }
    return entries
  }
}
