import Errors
import Wire

/// A call of a client that has not ended.
struct PendingCall: Sendable {
  enum Sink: Sendable {
    case answer(Slot<RawMessage>)
    case messages(InboundBuffer)
  }

  let sink: Sink
  var timer: Reactor.Timer?

  func succeed(_ answer: RawMessage) {
    switch sink {
    case .answer(let slot): slot.fill(.success(answer))
    case .messages(let buffer):
      _ = buffer.append(answer)
      buffer.finish()
    }
  }

  func end() {
    switch sink {
    // The core ends a call with one answer by that answer or an error.
    case .answer(let slot): slot.fill(.failure(.connectionClosed))
    case .messages(let buffer): buffer.finish()
    }
  }

  func fail(_ error: GantryError) {
    switch sink {
    case .answer(let slot): slot.fill(.failure(error))
    case .messages(let buffer): buffer.finish(error)
    }
  }
}
