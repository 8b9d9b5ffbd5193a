import Messages
import Synchronization

/// What a collection of garbage came to. Safe to use from anywhere.
package final class CollectionReport: Sendable {
  private let response = Mutex(GantryEngineV1.CollectResponse())

  package init() {}

  package var message: GantryEngineV1.CollectResponse { response.withLock { $0 } }

  func removed(snapshot: String, size: Int64) {
    response.withLock { response in
      response.snapshots.append(snapshot)
      response.reclaimed += size
    }
  }

  func removed(blob: String, size: Int64) {
    response.withLock { response in
      response.blobs.append(blob)
      response.reclaimed += size
    }
  }

  /// A sentence about what could not be removed.
  func failed(_ sentence: String) { response.withLock { $0.failures.append(sentence) } }
}
