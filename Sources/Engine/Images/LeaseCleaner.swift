import Core
import Database
import Errors
import Linux

/// Ends leases: what one holds and nothing else refers to goes.
package struct LeaseCleaner: Sendable {
  let context: EngineContext
  let collector: GarbageCollector

  package init(_ context: EngineContext, collector: GarbageCollector) {
    self.context = context
    self.collector = collector
  }

  /// Ends one lease; failures are logged, the next collection tries again what is left.
  package func finish(_ lease: String) async {
    do {
      let items = try await context.database.transaction { transaction in
        let table = LeaseTable(transaction)
        let items = try table.all().filter { $0.lease == lease }
        // The directories stay noted until they are gone; for the rest what refers to it decides.
        for item in items where item.kind != .directory { try table.remove(item) }
        return items
      }
      for item in items where item.kind == .directory {
        try await context.threads.run { try Directory.remove(item.key) }
      }
      await collector.collectUnreferenced(
        blobs: items.filter { $0.kind == .blob }.map(\.key),
        snapshots: items.filter { $0.kind == .snapshot }.map(\.key))
      try await context.database.transaction { try LeaseTable($0).release(lease) }
      collector.unended.remove(lease)
    } catch {
      collector.unended.add(lease)
      context.log.warning("lease \(HexID.short(lease)) is not ended, the next collection tries again: \(error)")
    }
  }

  /// The leases there are. Asked before anything is imported, they are all an earlier process's.
  ///
  /// Those that somebody asked for are no leftovers: they end when they are told to, or expire.
  package func leftovers() async throws -> Set<String> {
    try await context.database.transaction { transaction in
      let kept = Set(try LeaseRecordTable(transaction).all().map(\.id))
      return Set(try LeaseTable(transaction).all().map(\.lease)).subtracting(kept)
    }
  }

  /// Ends leases that an earlier process left behind.
  package func finish(leftovers: Set<String>) async {
    for lease in leftovers {
      context.log.info("undoing an import that an earlier gantryd did not finish (\(HexID.short(lease)))")
      await finish(lease)
    }
  }
}

extension GarbageCollector {
  /// Ends a lease, whether or not the task that held it was cancelled meanwhile.
  func end(_ lease: String) async {
    await Task { await LeaseCleaner(context, collector: self).finish(lease) }.value
  }
}
