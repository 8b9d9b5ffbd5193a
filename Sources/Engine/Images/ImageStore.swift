import References
import Core
import Database
import Errors
import ImageSpec
import Messages

/// The images there are and what they are called. Safe to use from anywhere.
package struct ImageStore: Sendable {
  let context: EngineContext

  package init(_ context: EngineContext) { self.context = context }

  /// The image that a person means: by name, by id, or by a beginning of its id.
  ///
  /// - Throws: `.notFound`, "No such image: NAME"; `.invalidArgument` where it is no name.
  package func find(_ text: String) async throws -> ImageRecord {
    try await context.database.transaction { try Self.find(text, in: ImageTable($0)) }
  }

  static func find(_ text: String, in table: ImageTable) throws(GantryError) -> ImageRecord {
    if HexID.isDigest(text) {
      guard let image = try table.find(id: text) else { throw GantryError(.notFound, "No such image: \(text)") }
      return image
    }
    let hex = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
    let byID = HexID.isPrefix(hex) ? try table.find(hexPrefix: String(hex)) : []
    if hex.utf8.count == 64 || hex.utf8.count < text.utf8.count {
      guard let image = byID.first, byID.count == 1 else { throw GantryError(.notFound, "No such image: \(text)") }
      return image
    }
    let reference = try Reference(parsing: text).tagged
    if let image = try named(reference, in: table) { return image }
    guard let image = byID.first else { throw GantryError(.notFound, "No such image: \(reference.familiar)") }
    guard byID.count == 1 else {
      throw GantryError(.invalidArgument, "Multiple IDs found with provided prefix: \(text)")
    }
    return image
  }

  private static func named(_ reference: Reference, in table: ImageTable) throws(GantryError) -> ImageRecord? {
    guard let digest = reference.digest else { return try table.named(reference.familiar) }
    var plain = reference
    plain.tag = nil
    if let image = try table.named(plain.familiar) { return image }
    return try table.all().records.first { image in
      image.description.manifest?.digest == digest.description
        && image.names.contains {
          $0.hasPrefix("\(reference.familiarName):") || $0.hasPrefix("\(reference.familiarName)@")
        }
    }
  }

  /// Every image, newest first.
  package func all() async throws -> [ImageRecord] {
    let (records, failures) = try await context.database.transaction { try ImageTable($0).all() }
    for failure in failures { context.log.error(failure.message) }
    return records
  }

  /// Gives an image one more name.
  package func tag(_ source: String, as target: String) async throws {
    let name = try NormalName.toGive(target)
    let image = try await context.database.transaction { transaction in
      let table = ImageTable(transaction)
      let image = try Self.find(source, in: table)
      try table.setName(name, image: image.id, at: .now)
      return image
    }
    publish("tag", image, name: name)
  }

  /// - Parameters:
  ///   - name: what the event calls the image.
  ///   - reference: what Docker has in place of the image's id where a registry was talked to; "" is the id.
  func publish(_ action: String, _ image: ImageRecord, name: String, reference: String = "") {
    // An image that is gone has no labels any more.
    var attributes = action == "delete" ? [:] : image.settings.labels
    attributes["name"] = name
    context.events.publish("image", action, id: reference.isEmpty ? image.id : reference, attributes)
  }
}
