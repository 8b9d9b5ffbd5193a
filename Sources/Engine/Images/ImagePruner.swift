import Database
import Errors
import Messages

/// Removes images that no container uses and, unless all are asked for, no name leads to.
package struct ImagePruner: Sendable {
  let context: EngineContext
  let collector: GarbageCollector

  package init(_ context: EngineContext, collector: GarbageCollector) {
    self.context = context
    self.collector = collector
  }

  /// - Throws: `.invalidArgument` for a filter that is none.
  package func prune(_ request: GantryEngineV1.PruneImagesRequest) async throws -> GantryEngineV1.PruneImagesResponse {
    let filter = try PruneFilter(request.filters, extra: ["dangling"])
    let all = try filter.flag("dangling").map { !$0 } ?? request.all
    let (images, layers) = try await context.database.transaction { transaction in
      (try ImageTable(transaction).overviews(), try ImageTable(transaction).layerSizes())
    }
    let parents = Set(images.map(\.parent))
    let chosen = images.filter { image in
      if image.names.isEmpty, parents.contains(image.id) { return false }
      guard all || image.tags.isEmpty else { return false }
      return filter.allows(created: image.created, labels: image.labels)
    }
    var response = GantryEngineV1.PruneImagesResponse()
    let remover = ImageRemover(context, collector: collector)
    for removal in try await remover.prune(chosen.map(\.id)) {
      response.removed += removal.untagged.map { .init(untagged: $0) } + removal.deleted.map { .init(deleted: $0) }
      for id in removal.deleted { response.reclaimed += layers[id] ?? 0 }
    }
    context.events.publish("image", "prune", id: "", ["reclaimed": String(response.reclaimed)])
    return response
  }
}
