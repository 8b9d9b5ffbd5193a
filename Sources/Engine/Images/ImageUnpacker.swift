import Errors
import Glibc
import Linux
import Messages

/// Makes the layers of an image that is known ready for containers, where they are not.
package struct ImageUnpacker: Sendable {
  let context: EngineContext
  let collector: GarbageCollector

  package init(_ context: EngineContext, collector: GarbageCollector) {
    self.context = context
    self.collector = collector
  }

  /// - Throws: `.notFound` where a layer's blob is gone: the image must be fetched anew then.
  package func unpack(_ image: ImageRecord, progress: @escaping ImageImporter.Progress) async throws {
    let plan = try ImagePlan(image.description)
    try await LeasedStaging.with(context, collector, "unpack") { staged in
      try await collector.hold(plan.chain.map { .init(lease: staged.lease, kind: .snapshot, key: $0) })
      let reader = BlobReader(context)
      let unpacker = LayerUnpacker(
        context, collector: collector, lease: staged.lease, open: { try await reader.open($0) }, progress: progress)
      try await unpacker.unpack(plan)
    }
    // Of one that was fetched only, the size is known from now on.
    try await context.database.transaction { try ImageTable($0).setSize(of: image.id, chain: plan.chain) }
  }
}
