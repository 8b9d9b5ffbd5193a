import References
import Database
import Errors
import ImageSpec
import Messages

/// One removal's decisions and its part of the database, within one transaction.
struct ImageRemoval {
  /// What was done.
  struct Outcome: Sendable {
    var untagged: [(image: ImageRecord, name: String)] = []
    /// In the order they went.
    var deleted: [ImageRecord] = []
  }

  private struct Conflict {
    let message: String
    var isHard = false
    var isUse = false
  }

  let table: ImageTable
  let users: [ContainerRecord]
  let force: Bool
  private(set) var outcome = Outcome()

  init(_ table: ImageTable, users: [ContainerRecord], force: Bool) {
    self.table = table
    self.users = users
    self.force = force
  }

  /// Takes away the name that the text is, or the image where it is an id.
  mutating func remove(_ image: ImageRecord, text: String, prunes: Bool) throws(GantryError) {
    var image = image
    if let name = Self.name(text, of: image) {
      let users = users.filter { $0.imageID == image.id }
      if !force, Self.isSingle(image.names), let user = users.first {
        throw GantryError(
          .failedPrecondition,
          """
          conflict: unable to remove repository reference "\(text)" (must force) - container \
          \(HexID.short(user.id)) is using its referenced image \(HexID.short(image.id))
          """)
      }
      try untag(&image, name)
      // Digests of a repository without a tag are of no use to anyone.
      let repository = ImageName.repository(name)
      if !name.contains("@"), !image.tags.contains(where: { ImageName.repository($0) == repository }) {
        for digest in image.digests where ImageName.repository(digest) == repository { try untag(&image, digest) }
      }
      if !image.names.isEmpty { return }
      return try delete(image, force: force, prunes: prunes, isQuiet: true)
    }
    if Self.isSingle(image.names) {
      try refuse(conflict(image, isForced: force, ignoringNames: true), image)
      for name in image.names { try untag(&image, name) }
    }
    try delete(image, force: force, prunes: prunes, isQuiet: false)
  }

  private mutating func untag(_ image: inout ImageRecord, _ name: String) throws(GantryError) {
    try table.removeName(name)
    image.names.removeAll { $0 == name }
    outcome.untagged.append((image, name))
  }

  /// - Parameter isQuiet: a container that uses it is no error then, the image merely stays.
  private mutating func delete(
    _ image: ImageRecord, force: Bool, prunes: Bool, isQuiet: Bool
  ) throws(GantryError) {
    if let conflict = try conflict(image, isForced: force, ignoringNames: false) {
      let children = try table.children(of: image.id)
      let isDangling = image.names.isEmpty && children.isEmpty
      if isQuiet, !isDangling || conflict.isUse { return }
      return try refuse(conflict, image)
    }
    var image = image
    for name in image.names { try untag(&image, name) }
    try table.delete(id: image.id)
    outcome.deleted.append(image)
    guard prunes, let parent = try table.find(id: image.parent) else { return }
    try delete(parent, force: false, prunes: true, isQuiet: true)
  }

  private func refuse(_ conflict: Conflict?, _ image: ImageRecord) throws(GantryError) {
    guard let conflict else { return }
    throw GantryError(
      .failedPrecondition,
      """
      conflict: unable to delete \(HexID.short(image.id)) (\(conflict.isHard ? "cannot" : "must") be forced) - \
      \(conflict.message)
      """)
  }

  private func conflict(_ image: ImageRecord, isForced: Bool, ignoringNames: Bool) throws(GantryError) -> Conflict? {
    if try !table.children(of: image.id).isEmpty {
      return Conflict(message: "image has dependent child images", isHard: true)
    }
    let users = users.filter { $0.imageID == image.id }
    if let running = users.first(where: \.lifecycle.isRunning) {
      return Conflict(
        message: "image is being used by running container \(HexID.short(running.id))", isHard: true, isUse: true)
    }
    guard !isForced else { return nil }
    if !ignoringNames, !image.names.isEmpty {
      return Conflict(message: "image is referenced in multiple repositories")
    }
    if let stopped = users.first {
      return Conflict(message: "image is being used by stopped container \(HexID.short(stopped.id))", isUse: true)
    }
    return nil
  }

  /// Whether all names are one tag at most, and digests of its repository.
  static func isSingle(_ names: [String]) -> Bool {
    guard names.count > 1 else { return names.count == 1 }
    let tags = names.filter { !$0.contains("@") }
    return tags.count <= 1 && Set(names.map(ImageName.repository)).count == 1
  }

  /// The image's name that the text is; nil where the text is an id.
  private static func name(_ text: String, of image: ImageRecord) -> String? {
    guard let reference = try? Reference(parsing: text).tagged else { return nil }
    guard reference.digest != nil else {
      return image.names.contains(reference.familiar) ? reference.familiar : nil
    }
    var plain = reference
    plain.tag = nil
    if image.names.contains(plain.familiar) { return plain.familiar }
    return image.names.first { ImageName.repository($0) == reference.familiarName }
  }
}
