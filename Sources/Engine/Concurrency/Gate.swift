import Errors
import Synchronization

/// A lock that tasks hold across awaits, first come first served.
///
/// Each container has one round the operations that nobody may see half done (start, remove, clean up after
/// an exit): it is held across calls to plugins and to the shim, all of which have deadlines. What only
/// looks at a container, or signals it, never takes it.
package final class Gate: Sendable {
  private struct State {
    var isHeld = false
    var nextTicket = 0
    var queue: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Runs `body` when nobody else holds the gate.
  ///
  /// - Throws: `.cancelled` where the task is cancelled while it waits, or what `body` throws.
  package func withLock<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    try await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async throws(GantryError) {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    let isEntered = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
        let answer: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          guard state.isHeld else {
            state.isHeld = true
            return true
          }
          state.queue.append((ticket, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        guard let index = state.queue.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return state.queue.remove(at: index).continuation
      }
      waiting?.resume(returning: false)
    }
    guard isEntered else { throw GantryError(.cancelled, "the operation was cancelled while it waited for its turn") }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard !state.queue.isEmpty else {
        state.isHeld = false
        return nil
      }
      return state.queue.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
