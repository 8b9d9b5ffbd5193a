import Errors
import Synchronization

/// A value that comes once, and any number of tasks that wait for it. Safe to use from anywhere.
public final class Promise<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
  }

  private let state = Mutex(State())

  public init() {}

  /// The value, if it has come.
  public var value: Value? { state.withLock { $0.value } }

  /// Sets the value, once; a second one is dropped.
  ///
  /// - Returns: whether this one was the first.
  @discardableResult
  public func fulfil(_ value: Value) -> Bool {
    let waiters: [CheckedContinuation<Value?, Never>]? = state.withLock { state in
      guard state.value == nil else { return nil }
      state.value = value
      defer { state.waiters.removeAll() }
      return Array(state.waiters.values)
    }
    guard let waiters else { return false }
    for waiter in waiters { waiter.resume(returning: value) }
    return true
  }

  /// Waits for the value.
  ///
  /// - Throws: `.cancelled` when the waiting task is cancelled first.
  public func get() async throws(GantryError) -> Value {
    let number = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    let value = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
        let known: Value?? = state.withLock { state in
          if let value = state.value { return .some(value) }
          if Task.isCancelled { return .some(nil) }
          state.waiters[number] = continuation
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: nil)
    }
    guard let value else { throw GantryError(.cancelled, "the wait was cancelled") }
    return value
  }
}
