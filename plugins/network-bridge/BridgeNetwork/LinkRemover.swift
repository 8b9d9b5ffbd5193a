import Dispatch
import Errors

/// Removes links behind the caller's back.
///
/// The kernel takes 10 ms and more to let a link go (it waits until no processor looks at it); nobody needs to wait for
/// that: the name is never used again, and a link whose namespace ends goes by itself.
final class LinkRemover: Sendable {
  private let queue = DispatchQueue(label: "gantry.network.bridge.links")
  private let log: @Sendable (String) -> Void

  init(log: @escaping @Sendable (String) -> Void) { self.log = log }

  func remove(_ name: String) {
    let log = log
    queue.async {
      do throws(GantryError) {
        try NetlinkSocket().remove(name)
      } catch {
        log("link \(name) could not be removed: \(error.message)")
      }
    }
  }

  func drain() { queue.sync {} }
}
