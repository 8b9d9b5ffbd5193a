import Errors
import Synchronization

/// So many at a time and no more, first come first served; how many can change meanwhile.
package final class Slots: Sendable {
  private struct State {
    var limit: Int
    var used = 0
    var nextTicket = 0
    var queue: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  }

  private let state: Mutex<State>

  package init(_ limit: Int) { state = Mutex(State(limit: max(1, limit))) }

  /// How many there may be at a time from now on. Those that run are not stopped.
  package func setLimit(_ limit: Int) {
    let woken = state.withLock { state in
      state.limit = max(1, limit)
      return Self.admit(&state)
    }
    for waiting in woken { waiting.resume(returning: true) }
  }

  /// Runs `body` when there is room.
  ///
  /// - Parameter onWait: called where it has to wait first.
  /// - Throws: `.cancelled` where the task is cancelled while it waits, or what `body` throws.
  package func withSlot<Value: Sendable>(
    onWait: @Sendable () -> Void = {}, _ body: () async throws -> Value
  ) async throws -> Value {
    try await enter(onWait)
    defer { leave() }
    return try await body()
  }

  private func enter(_ onWait: @Sendable () -> Void) async throws(GantryError) {
    let ticket: Int? = state.withLock { state in
      if state.used < state.limit, state.queue.isEmpty {
        state.used += 1
        return nil
      }
      state.nextTicket += 1
      return state.nextTicket
    }
    guard let ticket else { return }
    onWait()
    let isEntered = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
        let answer: Bool? = state.withLock { state in
          if Task.isCancelled { return false }
          guard state.used >= state.limit || !state.queue.isEmpty else {
            state.used += 1
            return true
          }
          let place = state.queue.firstIndex { $0.ticket > ticket } ?? state.queue.count
          state.queue.insert((ticket, continuation), at: place)
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
    guard isEntered else { throw GantryError(.cancelled, "the transfer was cancelled while it waited for its turn") }
  }

  private func leave() {
    let woken = state.withLock { state in
      state.used -= 1
      return Self.admit(&state)
    }
    for waiting in woken { waiting.resume(returning: true) }
  }

  private static func admit(_ state: inout State) -> [CheckedContinuation<Bool, Never>] {
    var woken: [CheckedContinuation<Bool, Never>] = []
    while state.used < state.limit, !state.queue.isEmpty {
      state.used += 1
      woken.append(state.queue.removeFirst().continuation)
    }
    return woken
  }
}
