import Core
import Errors
import Synchronization

/// Work that several ask for at the same time and that is done once: who comes later joins. It is cancelled when nobody
/// waits for it any more. Safe to use from anywhere.
package final class SharedWork<Step: Sendable>: Sendable {
  package typealias Report = @Sendable (Step) -> Void

  private final class Entry: Sendable {
    struct State {
      var task: Task<Void, Never>?
      var nextWaiter = 0
      var waiters: [Int: Report] = [:]
      var last: Step?
      /// Nobody waits: it ends, and who comes now waits for that and begins anew.
      var isAbandoned = false
    }

    let state = Mutex(State())
    let outcome = Promise<Result<Void, any Error>>()
  }

  private let entries = Mutex<[String: Entry]>([:])

  package init() {}

  /// Waits for the work called `key`, which is begun with `body` where nobody else has.
  ///
  /// - Parameters:
  ///   - report: is told each step; a joiner is told the last one first.
  ///   - onJoin: called where somebody else has begun it.
  /// - Throws: what the work throws, to everybody who waits; `.cancelled` where the task is cancelled. It returns
  ///   only when the work has ended where nobody else waits.
  package func join(
    _ key: String, report: @escaping Report, onJoin: () -> Void = {},
    body: @escaping @Sendable (_ report: @escaping Report) async throws -> Void
  ) async throws {
    while true {
      let (entry, ticket) = enter(key, report, body)
      if ticket != 0 { onJoin() }
      guard let ticket else {
        _ = try await entry.outcome.get()
        continue
      }
      do {
        return try await entry.outcome.get().get()
      } catch {
        guard Task.isCancelled else { throw error }
        if leave(entry, ticket) { await entry.state.withLock { $0.task }?.value }
        throw error
      }
    }
  }

  private func enter(
    _ key: String, _ report: @escaping Report,
    _ body: @escaping @Sendable (_ report: @escaping Report) async throws -> Void
  ) -> (Entry, ticket: Int?) {
    entries.withLock { entries in
      if let entry = entries[key] {
        let (ticket, last): (Int?, Step?) = entry.state.withLock { state in
          guard !state.isAbandoned else { return (nil, nil) }
          state.nextWaiter += 1
          state.waiters[state.nextWaiter] = report
          return (state.nextWaiter, state.last)
        }
        if let last { report(last) }
        return (entry, ticket)
      }
      let entry = Entry()
      entries[key] = entry
      entry.state.withLock { state in
        state.waiters[0] = report
        state.task = Task { [self] in
          let result = await Result { try await body { Self.tell(entry, $0) } }
          self.entries.withLock { $0[key] = nil }
          entry.outcome.fulfil(result)
        }
      }
      return (entry, 0)
    }
  }

  private static func tell(_ entry: Entry, _ step: Step) {
    let listeners = entry.state.withLock { state in
      state.last = step
      return Array(state.waiters.values)
    }
    for listener in listeners { listener(step) }
  }

  /// - Returns: whether nobody waits any more.
  private func leave(_ entry: Entry, _ ticket: Int) -> Bool {
    entry.state.withLock { state in
      state.waiters[ticket] = nil
      guard state.waiters.isEmpty else { return false }
      state.isAbandoned = true
      state.task?.cancel()
      return true
    }
  }
}
