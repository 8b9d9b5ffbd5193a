import Errors
import Wire

/// A call of a server whose handler has not ended it.
struct ServerCall: Sendable {
  let inbound: InboundBuffer?
  /// It waits for something to happen: a server that shuts down does not wait for it in turn.
  var isPatient = false
  var task: Task<Void, Never>?
  var timer: Reactor.Timer?

  /// Lets the handler know that nobody waits any more.
  func cancel(_ error: GantryError) {
    inbound?.finish(error)
    task?.cancel()
  }
}
