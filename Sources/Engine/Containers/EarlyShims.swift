import Errors
import Synchronization

/// Shims that come up while their containers are still being made, by container id.
package final class EarlyShims: Sendable {
  /// nil where it has been ended instead.
  package typealias Coming = Task<ShimTask?, any Error>

  private let coming = Mutex<[String: Coming]>([:])

  package init() {}

  package func add(_ id: String, _ shim: Coming) { coming.withLock { $0[id] = shim } }

  /// Hands a shim over to whoever needs it; nil where there is none.
  package func take(_ id: String) -> Coming? { coming.withLock { $0.removeValue(forKey: id) } }

  /// Has `end` take the place of a shim: whoever needs one meanwhile waits for its end.
  ///
  /// - Returns: the ending; nil where there is no shim.
  package func end(_ id: String, _ end: @escaping @Sendable (ShimTask) async -> Void) -> Coming? {
    coming.withLock { coming in
      guard let shim = coming[id] else { return nil }
      let ending = Coming {
        if let task = try? await shim.value { await end(task) }
        return nil
      }
      coming[id] = ending
      return ending
    }
  }

  package var ids: [String] { coming.withLock { Array($0.keys) } }
}
