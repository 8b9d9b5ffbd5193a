import Errors
import Synchronization

/// So many at a time and no more, first come first served; how many can change meanwhile.
package final class Slots: Sendable {
  private struct State {
    var limit: Int
    var used = 0
    var nextTicket = 0
    /// A place counts from when it is taken; who has it has no continuation until the task waits indeed.
    var queue: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>?)] = []
    /// Those whose turn came before they waited.
    var admitted: Set<Int> = []
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
  /// - Parameters:
  ///   - onWait: called where it has to wait first.
  ///   - onPlace: called when its place in the order is fixed: who comes after that is served later.
  /// - Throws: `.cancelled` where the task is cancelled while it waits, or what `body` throws.
  package func withSlot<Value: Sendable>(
    onWait: @Sendable () -> Void = {}, onPlace: @Sendable () -> Void = {}, _ body: () async throws -> Value
  ) async throws -> Value {
    try await enter(onWait, onPlace)
    defer { leave() }
    return try await body()
  }

  private func enter(_ onWait: @Sendable () -> Void, _ onPlace: @Sendable () -> Void) async throws(GantryError) {
    let ticket: Int? = state.withLock { state in
      if state.used < state.limit, state.queue.isEmpty {
        state.used += 1
        return nil
      }
      state.nextTicket += 1
      state.queue.append((state.nextTicket, nil))
      return state.nextTicket
    }
    onPlace()
    guard let ticket else { return }
    onWait()
    let isEntered = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
        let answer: Bool? = state.withLock { state in
          if state.admitted.remove(ticket) != nil { return true }
          guard let place = state.queue.firstIndex(where: { $0.ticket == ticket }) else { return false }
          state.queue[place].continuation = continuation
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
      let next = state.queue.removeFirst()
      if let continuation = next.continuation {
        woken.append(continuation)
      } else {
        state.admitted.insert(next.ticket)
      }
    }
    return woken
  }
}
