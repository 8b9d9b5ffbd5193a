import Errors
import Synchronization
import Wire

/// What has arrived on one stream and waits to be taken.
///
/// It holds a bounded amount (`isFull`): the connection stops reading while a stream is full, at most for
/// `StreamLimits.stall`; a stream that is not drained by then is ended with `.resourceExhausted`.
final class InboundBuffer: Sendable {
  private struct State {
    var messages: [RawMessage] = []
    var taken = 0
    var bytes = 0
    var end: GantryError??
    var waiter: Slot<RawMessage?>?
    var roomHandler: (@Sendable () -> Void)?

    var isFull: Bool { bytes >= StreamLimits.bytes }

    mutating func take() -> RawMessage? {
      guard taken < messages.count else { return nil }
      let message = messages[taken]
      messages[taken] = RawMessage(payload: [])
      taken += 1
      bytes -= message.payload.count + StreamLimits.messageOverhead
      if taken == messages.count {
        messages = []
        taken = 0
      } else if taken >= 64, taken * 2 >= messages.count {
        messages.removeFirst(taken)
        taken = 0
      }
      return message
    }
  }

  private static let isAwaited = GantryError(
    .failedPrecondition, "another task waits for the next message of this stream; let one task read it")

  private let state = Mutex(State())

  /// Takes in a message; what comes after the end is dropped.
  ///
  /// - Returns: whether the stream is full now.
  func append(_ message: RawMessage) -> Bool {
    state.withLock { state in
      guard state.end == nil else { return false }
      if let waiter = state.waiter {
        state.waiter = nil
        // A waiter that was cancelled meanwhile does not take it.
        if waiter.fill(.success(message)) { return false }
      }
      state.messages.append(message)
      state.bytes += message.payload.count + StreamLimits.messageOverhead
      return state.isFull
    }
  }

  /// The error the stream has ended with, if it has.
  var failure: GantryError? { state.withLock { $0.end ?? nil } }

  /// Ends the stream, cleanly or with an error; what has arrived before can still be taken.
  func finish(_ error: GantryError? = nil) {
    let (waiter, room): (Slot<RawMessage?>?, (@Sendable () -> Void)?) = state.withLock { state in
      guard state.end == nil else { return (nil, nil) }
      state.end = .some(error)
      defer {
        state.waiter = nil
        state.roomHandler = nil
      }
      return (state.waiter, state.roomHandler)
    }
    waiter?.fill(error.map { .failure($0) } ?? .success(nil))
    room?()
  }

  /// Calls `handler` once as soon as the stream is no longer full; false if it is not full now.
  func whenNotFull(_ handler: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      guard state.isFull, state.end == nil else { return false }
      state.roomHandler = handler
      return true
    }
  }

  func next() async throws(GantryError) -> RawMessage? {
    enum Step {
      case ready(Result<RawMessage?, GantryError>)
      case wait(Slot<RawMessage?>)
    }
    let (step, room): (Step, (@Sendable () -> Void)?) = state.withLock { state in
      if let message = state.take() {
        var room: (@Sendable () -> Void)?
        if !state.isFull { swap(&room, &state.roomHandler) }
        return (.ready(.success(message)), room)
      }
      if let end = state.end { return (.ready(end.map { .failure($0) } ?? .success(nil)), nil) }
      if let waiter = state.waiter, !waiter.isFilled { return (.ready(.failure(Self.isAwaited)), nil) }
      let slot = Slot<RawMessage?>()
      state.waiter = slot
      return (.wait(slot), nil)
    }
    room?()
    switch step {
    case .ready(let outcome): return try outcome.get()
    case .wait(let slot):
      return try await slot.value {
        slot.fill(.failure(GantryError(.cancelled, "waiting for the next message of a stream was cancelled")))
      }
    }
  }
}
