import Errors
import Processes
import Synchronization

/// The order in which the parts of one transfer queue up: each when those before it have queued, or need not. Safe to use from
/// anywhere.
///
/// What comes before is a matter of the order alone: nobody waits here for the end of anything.
package final class Turns: Sendable {
  private struct State {
    var hasPassed: [Bool]
    /// The first that has not passed.
    var first = 0
  }

  private let state: Mutex<State>
  /// Each fulfilled when its part and all before it have passed.
  private let passed: [Promise<Void>]

  package init(_ count: Int) {
    state = Mutex(State(hasPassed: Array(repeating: false, count: count)))
    passed = (0..<count).map { _ in Promise() }
  }

  /// Waits for the turn of part `index`.
  ///
  /// - Throws: `.cancelled` where the task is cancelled first.
  package func wait(_ index: Int) async throws(GantryError) {
    if index > 0 { try await passed[index - 1].get() }
  }

  /// Says that part `index` keeps nobody waiting any more; to say so again is without effect.
  package func pass(_ index: Int) {
    let reached = state.withLock { state in
      state.hasPassed[index] = true
      let before = state.first
      while state.first < state.hasPassed.count, state.hasPassed[state.first] { state.first += 1 }
      return before..<state.first
    }
    for part in reached { passed[part].fulfil(()) }
  }
}
