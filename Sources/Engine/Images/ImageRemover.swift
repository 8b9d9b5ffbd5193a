import Database
import Errors
import ImageSpec
import Messages

/// Takes names from images, and removes images nobody needs: Docker's rules, in Docker's words.
package struct ImageRemover: Sendable {
  let context: EngineContext
  let collector: GarbageCollector

  package init(_ context: EngineContext, collector: GarbageCollector) {
    self.context = context
    self.collector = collector
  }

  private struct Plan: Sendable {
    var image: ImageRecord
    var untagged: [String]
    var deletes: Bool
  }

  /// - Throws: `.notFound`, "No such image: NAME"; `.failedPrecondition`, "conflict: ...", where a container
  ///   or another repository needs it.
  package func remove(_ text: String, force: Bool) async throws -> GantryEngineV1.RemoveImageResponse {
    let users = context.registry.all.map(\.record)
    let plan = try await context.database.transaction { transaction in
      let table = ImageTable(transaction)
      let image = try ImageStore.find(text, in: table)
      let plan = try Self.plan(image, text: text, force: force, users: users.filter { $0.imageID == image.id })
      for name in plan.untagged { try table.removeName(name) }
      if plan.deletes { try table.delete(id: image.id) }
      return plan
    }
    let store = ImageStore(context)
    for _ in plan.untagged { store.publish("untag", plan.image, name: plan.image.id) }
    var response = GantryEngineV1.RemoveImageResponse(untagged: plan.untagged)
    if plan.deletes {
      store.publish("delete", plan.image, name: plan.image.id)
      let chains = await collector.collect(blobs: plan.image.blobs, chains: plan.image.chain)
      response.deleted = [plan.image.id] + chains
    }
    return response
  }

  private static func plan(
    _ image: ImageRecord, text: String, force: Bool, users: [ContainerRecord]
  ) throws(GantryError) -> Plan {
    let short = HexID.short(image.id)
    let running = users.first { $0.lifecycle.isRunning }
    if let name = name(text, of: image) {
      // With the last tag of a repository go its digests.
      let repository = name.prefix(upTo: name.lastIndex(of: ":") ?? name.endIndex)
      let hasOtherTag = image.names.contains { $0 != name && $0.hasPrefix("\(repository):") }
      let untagged = [name] + (hasOtherTag ? [] : image.names.filter { $0 != name && $0.hasPrefix("\(repository)@") })
      guard image.names.count == untagged.count else { return Plan(image: image, untagged: untagged, deletes: false) }
      if let user = users.first, !force {
        throw GantryError(
          .failedPrecondition,
          """
          conflict: unable to remove repository reference "\(text)" (must force) - container \
          \(HexID.short(user.id)) is using its referenced image \(short)
          """)
      }
      return Plan(image: image, untagged: untagged, deletes: running == nil)
    }
    let repositories = Set(
      image.names.map { name in
        name.contains("@") ? name.prefix { $0 != "@" } : name.prefix(upTo: name.lastIndex(of: ":") ?? name.endIndex)
      })
    if repositories.count > 1, !force {
      throw GantryError(
        .failedPrecondition,
        "conflict: unable to delete \(short) (must be forced) - image is referenced in multiple repositories")
    }
    if let running {
      throw GantryError(
        .failedPrecondition,
        """
        conflict: unable to delete \(short) (cannot be forced) - image is being used by running container \
        \(HexID.short(running.id))
        """)
    }
    if let user = users.first, !force {
      throw GantryError(
        .failedPrecondition,
        """
        conflict: unable to delete \(short) (must be forced) - image is being used by stopped container \
        \(HexID.short(user.id))
        """)
    }
    return Plan(image: image, untagged: image.names, deletes: true)
  }

  /// The image's name that the text is; nil where the text is an id.
  private static func name(_ text: String, of image: ImageRecord) -> String? {
    guard let reference = try? Reference(parsing: text).tagged else { return nil }
    if reference.digest != nil, image.names.contains(reference.familiar) { return reference.familiar }
    if reference.digest != nil { return image.names.first { $0.hasPrefix("\(reference.familiarName):") } }
    return image.names.contains(reference.familiar) ? reference.familiar : nil
  }
}
