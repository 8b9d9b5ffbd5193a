import References
import AsyncServices
import Database
import Errors
import Glibc
import ImageSpec
import JSON
import Linux
import Messages
import Tar

/// Writes images as one archive that is an OCI layout and what `docker save` writes at once, as Docker does since 25:
/// whoever reads either of them finds everything. The same images always give the same bytes.
package struct ImageSaver: Sendable {
  /// An image and the names it goes into the archive with.
  struct Item: Sendable {
    let image: ImageRecord
    var names: [String]
    /// Its manifest, config and layers as the archive has them.
    var description: GantryWorkerV1.Image
    /// The manifest, where it was made for the archive.
    var manifest: [UInt8]?

    init(_ image: ImageRecord) {
      self.image = image
      names = []
      description = image.description
    }
  }

  let context: EngineContext

  package init(_ context: EngineContext) { self.context = context }

  /// - Parameters:
  ///   - platform: what each of them must be for; nil is no matter.
  ///   - output: anything that can be written to.
  /// - Throws: `.notFound` for an image there is none of, or none for the platform; nothing is written then.
  package func save(
    _ names: [String], for platform: Platform? = nil, to output: FileDescriptor,
    progress: @escaping ImageImporter.Progress
  ) async throws {
    guard !names.isEmpty else { throw GantryError(.invalidArgument, "no image is named to be saved") }
    let items = try await context.database.transaction { try Self.items(names, in: ImageTable($0)) }
    for item in items {
      guard let platform, item.image.platform != platform else { continue }
      let name = item.names.first ?? item.image.id
      throw GantryError(
        .notFound, "image with reference \(name) was found but does not provide the specified platform (\(platform))")
    }
    var layout: [Item] = []
    for item in items { layout.append(try await LayoutForm(context).of(item)) }
    try await SavedArchive(context, to: output, progress: progress).write(layout)
    for item in items { ImageStore(context).publish("save", item.image, name: item.image.id) }
  }

  /// A repository without a tag stands for all of its tags; an id for an image without a name.
  private static func items(_ names: [String], in table: ImageTable) throws(GantryError) -> [Item] {
    var items: [Item] = []
    func add(_ image: ImageRecord, _ name: String?) {
      let index = items.firstIndex { $0.image.id == image.id }
      if index == nil { items.append(Item(image)) }
      let place = index ?? items.count - 1
      if let name, !items[place].names.contains(name) { items[place].names.append(name) }
    }
    var all: [ImageRecord]?
    for text in names {
      let isID = text.hasPrefix("sha256:") || text.utf8.count == 64 && HexID.isPrefix(text)
      let reference = try isID ? nil : Reference(parsing: text)
      guard let reference, reference.digest == nil else {
        add(try ImageStore.find(text, in: table), nil)
        continue
      }
      if reference.tag != nil {
        guard let image = try table.named(reference.familiar) else {
          throw GantryError(.notFound, "reference does not exist: there is no image \(reference.familiar)")
        }
        add(image, reference.familiar)
        continue
      }
      let images: [ImageRecord]
      if let all { images = all } else { images = try table.all().records }
      all = images
      var isFound = false
      for image in images {
        for tag in image.tags where ImageName.repository(tag) == reference.familiarName {
          add(image, tag)
          isFound = true
        }
      }
      guard !isFound else { continue }
      let matches = HexID.isPrefix(text) ? try table.find(hexPrefix: text) : []
      guard let image = matches.first, matches.count == 1 else {
        throw GantryError(.notFound, "No such image: \(text)")
      }
      add(image, nil)
    }
    return items
  }
}
