import Errors
import Messages
import Synchronization

/// Tells everyone who listens what happens in the engine, and what happened lately. Safe to use from
/// anywhere.
public final class EventBus: Sendable {
  private struct State {
    var recent: [GantryEngineV1.Event] = []
    var nextListener = 0
    var listeners: [Int: AsyncThrowingStream<GantryEngineV1.Event, any Error>.Continuation] = [:]
  }

  private let state = Mutex(State())
  private let remembered: Int
  private let queueLength: Int

  /// - Parameters:
  ///   - remembered: how many events are kept for those who ask what happened.
  ///   - queueLength: how many a listener may be behind before it is cut off.
  public init(remembered: Int = 1024, queueLength: Int = 4096) {
    self.remembered = remembered
    self.queueLength = queueLength
  }

  /// Tells everyone. Never waits: a listener that is too far behind is cut off with an error.
  public func publish(_ event: GantryEngineV1.Event) {
    let tooSlow = state.withLock { state in
      state.recent.append(event)
      // Trimmed in batches, so that an event costs no copy of all.
      if state.recent.count > remembered * 2 { state.recent.removeFirst(state.recent.count - remembered) }
      // Told under the lock, so that everyone hears the same order.
      let tooSlow = state.listeners.filter { listener in
        if case .dropped = listener.value.yield(event) { true } else { false }
      }
      for number in tooSlow.keys { state.listeners.removeValue(forKey: number) }
      return tooSlow
    }
    let error = GantryError(
      .resourceExhausted, "\(queueLength) events are waiting to be read; read faster, or ask with --since again")
    for listener in tooSlow.values { listener.finish(throwing: error) }
  }

  /// Tells everyone of something that happens now.
  ///
  /// - Parameters:
  ///   - type: "container", "image", "network", "volume" or "plugin".
  ///   - action: Docker's word, such as "start" or "die".
  ///   - id: what it happened to.
  public func publish(_ type: String, _ action: String, id: String, _ attributes: [String: String] = [:]) {
    publish(.init(time: .now(), type: type, action: action, actorId: id, attributes: attributes))
  }

  /// What happened since then and is remembered, oldest first, then what happens.
  ///
  /// Not one event between the two is missed or told twice.
  ///
  /// - Parameters:
  ///   - since: nil tells nothing of before the call.
  ///   - until: the stream ends with the last event before this time; nil goes on until cancelled.
  /// - Returns: a stream that throws `.resourceExhausted` when its reader is too slow.
  public func events(
    since: GoogleProtobuf.Timestamp? = nil, until: GoogleProtobuf.Timestamp? = nil
  ) -> AsyncThrowingStream<GantryEngineV1.Event, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: GantryEngineV1.Event.self, bufferingPolicy: .bufferingOldest(queueLength + 2 * remembered))
    let number = state.withLock { state in
      for event in state.recent where Self.isIn(event, since, until) { continuation.yield(event) }
      state.nextListener += 1
      state.listeners[state.nextListener] = continuation
      return state.nextListener
    }
    let timer = until.map { self.end(continuation, at: $0) }
    continuation.onTermination = { [weak self] _ in
      timer?.cancel()
      self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }
    return stream
  }

  private static func isIn(
    _ event: GantryEngineV1.Event, _ since: GoogleProtobuf.Timestamp?, _ until: GoogleProtobuf.Timestamp?
  ) -> Bool {
    guard let since else { return false }
    let time = event.time?.nanosecondsSinceEpoch ?? 0
    return time >= since.nanosecondsSinceEpoch && time <= until?.nanosecondsSinceEpoch ?? .max
  }

  private func end(
    _ continuation: AsyncThrowingStream<GantryEngineV1.Event, any Error>.Continuation,
    at until: GoogleProtobuf.Timestamp
  ) -> Task<Void, Never> {
    let left = max(until.duration(since: .now()), .zero)
    return Task {
      guard (try? await Task.sleep(for: left)) != nil else { return }
      continuation.finish()
    }
  }
}
