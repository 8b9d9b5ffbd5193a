import Errors
import Synchronization

/// A result that arrives once and that one task awaits.
final class Slot<Value: Sendable>: Sendable {
  typealias Outcome = Result<Value, GantryError>

  private enum State {
    case empty
    case awaited(UnsafeContinuation<Outcome, Never>)
    case filled(Outcome)
  }

  private let state = Mutex(State.empty)

  var isFilled: Bool {
    state.withLock { if case .filled = $0 { true } else { false } }
  }

  /// Hands over the result; false if there was one already.
  @discardableResult
  func fill(_ outcome: Outcome) -> Bool {
    let (first, waiting): (Bool, UnsafeContinuation<Outcome, Never>?) = state.withLock { state in
      switch state {
      case .empty:
        state = .filled(outcome)
        return (true, nil)
      case .awaited(let continuation):
        state = .filled(outcome)
        return (true, continuation)
      case .filled: return (false, nil)
      }
    }
    waiting?.resume(returning: outcome)
    return first
  }

  /// Waits for the result. When the waiting task is cancelled `cancelled` runs; it must see to it that the
  /// slot is filled.
  func value(cancelled: @escaping @Sendable () -> Void) async throws(GantryError) -> Value {
    let outcome = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        let ready: Outcome? = state.withLock { state in
          if case .filled(let outcome) = state { return outcome }
          state = .awaited(continuation)
          return nil
        }
        if let ready { continuation.resume(returning: ready) }
      }
    } onCancel: {
      cancelled()
    }
    return try outcome.get()
  }
}
