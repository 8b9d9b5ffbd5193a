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

  /// - Parameters:
  ///   - force: what only a stopped container or a further name stands against is done all the same.
  ///   - prunes: whether the images it was made from go too, where nothing else needs them.
  /// - Throws: `.notFound`, "No such image: NAME"; `.failedPrecondition`, "conflict: ...", where a container,
  ///   another image or another repository needs it.
  package func remove(
    _ text: String, force: Bool, prunes: Bool = true
  ) async throws -> GantryEngineV1.RemoveImageResponse {
    let users = context.registry.all.map(\.record)
    let removal = try await context.database.transaction { transaction in
      let table = ImageTable(transaction)
      var removal = ImageRemoval(table, users: users, force: force)
      try removal.remove(ImageStore.find(text, in: table), text: text, prunes: prunes)
      return removal.outcome
    }
    return await finish(removal)
  }

  /// Removes images that `prune` chose, each by all its names; one that cannot go stays and stops nobody.
  package func prune(_ ids: [String]) async throws -> [GantryEngineV1.RemoveImageResponse] {
    let users = context.registry.all.map(\.record)
    var responses: [GantryEngineV1.RemoveImageResponse] = []
    for id in ids {
      let removal = try await context.database.transaction { transaction -> ImageRemoval.Outcome? in
        let table = ImageTable(transaction)
        guard let image = try table.find(id: id) else { return nil }
        var removal = ImageRemoval(table, users: users, force: false)
        do throws(GantryError) {
          for name in image.names {
            guard let left = try table.find(id: id) else { break }
            // A digest has gone with the last tag of its repository.
            guard left.names.contains(name) else { continue }
            try removal.remove(left, text: name, prunes: true)
          }
          if image.names.isEmpty { try removal.remove(image, text: String(id.dropFirst(7)), prunes: true) }
        } catch {
          guard error.code == .failedPrecondition else { throw error }
        }
        return removal.outcome
      }
      if let removal { responses.append(await finish(removal)) }
    }
    return responses
  }

  /// Tells of what was done, and frees what nobody needs any more.
  private func finish(_ removal: ImageRemoval.Outcome) async -> GantryEngineV1.RemoveImageResponse {
    let store = ImageStore(context)
    var response = GantryEngineV1.RemoveImageResponse(untagged: removal.untagged.map(\.name))
    for (image, _) in removal.untagged { store.publish("untag", image, name: image.id) }
    for (index, image) in removal.deleted.enumerated() {
      store.publish("delete", image, name: image.id)
      response.deleted.append(image.id)
      // A layer goes with the last of the images that have it.
      let later = Set(removal.deleted[(index + 1)...].flatMap(\.chain))
      response.deleted += await collector.collect(
        blobs: image.blobs, chains: image.chain.filter { !later.contains($0) })
    }
    return response
  }
}
