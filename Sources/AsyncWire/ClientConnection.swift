import Errors
import Linux
import Synchronization
import Wire

/// The connection of a `Client`: calls write from the tasks that make them, the reactor's thread reads.
final class ClientConnection: Sendable {
  private struct State {
    var core = ClientCore()
    var channel: SocketChannel
    var calls: [UInt32: PendingCall] = [:]
    var closeWaiters: [Slot<Void>] = []
    /// The peer takes nothing more; what it has answered before is still to be read.
    var isBroken = false
  }

  private let reactor: Reactor
  /// How long a full stream may keep the connection from being read.
  private let stall: Duration
  private let state: Mutex<State>

  init(_ socket: FileDescriptor, stall: Duration) throws(GantryError) {
    self.stall = stall
    let reactor = try Reactor.shared()
    self.reactor = reactor
    state = Mutex(State(channel: SocketChannel(socket, reactor)))
    try state.withLock { (state) throws(GantryError) in
      try state.channel.start { [self] bits in handle(bits) }
    }
  }

  // MARK: Calls

  func begin(
    _ method: MethodDescriptor, _ payload: [UInt8], _ options: CallOptions, _ sink: PendingCall.Sink
  ) throws(GantryError) -> UInt32 {
    if let timeout = options.timeout, timeout <= .zero { throw .deadlineExceeded(method) }
    if Task.isCancelled { throw .cancelled(method) }
    let (stream, wake) = try state.withLock { (state) throws(GantryError) -> (UInt32, [Slot<Void>]) in
      guard state.channel.isOpen, !state.isBroken else { throw .connectionClosed }
      let stream = try state.core.begin(
        method, payload: payload, timeout: options.timeout, metadata: options.metadata,
        descriptors: options.descriptors)
      state.calls[stream] = PendingCall(sink: sink)
      return (stream, flush(&state))
    }
    for slot in wake { slot.fill(.success(())) }
    if let timeout = options.timeout {
      let timer = reactor.addTimer(after: timeout) { [weak self] in
        self?.giveUp(stream, .deadlineExceeded(method))
      }
      let isPending = state.withLock { state in
        state.calls[stream]?.timer = timer
        return state.calls[stream] != nil
      }
      if !isPending { reactor.cancel(timer) }
    }
    return stream
  }

  /// Ends a call on this side only.
  func giveUp(_ stream: UInt32, _ error: GantryError) {
    let (call, wake) = state.withLock { state in
      state.core.abandon(stream)
      let call = state.calls.removeValue(forKey: stream)
      state.channel.stalled.remove(stream)
      return (call, state.channel.takeWaiters(of: stream) + flush(&state))
    }
    if let timer = call?.timer { reactor.cancel(timer) }
    call?.fail(error)
    for slot in wake { slot.fill(.success(())) }
  }

  /// Sends one message of a stream as soon as there is room.
  func send(_ stream: UInt32, _ message: RawMessage) async throws(GantryError) {
    while true {
      if Task.isCancelled { throw GantryError(.cancelled, "sending on a stream was cancelled") }
      let (slot, wake) = try state.withLock { (state) throws(GantryError) -> (Slot<Void>?, [Slot<Void>]) in
        guard state.channel.isOpen, !state.isBroken else { throw .connectionClosed }
        if state.core.outbound.count >= StreamLimits.outbound, state.calls[stream] != nil {
          return (state.channel.waitForRoom(stream), [])
        }
        try state.core.send(stream, message.payload, descriptors: message.descriptors)
        return (nil, flush(&state))
      }
      for slot in wake { slot.fill(.success(())) }
      guard let slot else { return }
      try await slot.value {
        slot.fill(.failure(GantryError(.cancelled, "sending on a stream was cancelled")))
      }
    }
  }

  func closeSend(_ stream: UInt32) {
    let wake = state.withLock { state in
      state.core.closeSend(stream)
      return flush(&state)
    }
    for slot in wake { slot.fill(.success(())) }
  }

  /// With the lock held; the slots are filled without it.
  private func flush(_ state: inout State) -> [Slot<Void>] {
    if let wake = state.channel.flush(&state.core.outbound) { return wake }
    if !state.isBroken {
      state.isBroken = true
      _ = reactor.addTimer(after: .zero) { [self] in readRest() }
    }
    return []
  }

  // MARK: On the reactor's thread

  private func handle(_ bits: UInt32) {
    let (socket, missing) = state.withLock { ($0.channel.socket, $0.core.missing) }
    guard let socket else { return }
    if bits & ~0x4 != 0, case .endOfFile = SocketChannel.read(socket, missing: missing, receive) {
      return close(.connectionClosed)
    }
    let wake = state.withLock { flush(&$0) }
    for slot in wake { slot.fill(.success(())) }
  }

  private func readRest() {
    while let socket = state.withLock({ $0.channel.socket }) {
      guard case .taken = SocketChannel.read(socket, missing: 0, receive) else { return close(.connectionClosed) }
    }
  }

  private func receive(_ input: Received) {
    let events: [(ClientCore.Event, PendingCall?)] = state.withLock { state in
      state.core.receive(input).map { event in
        switch event {
        case .answer(let stream, _, _), .end(let stream), .failed(let stream, _):
          (event, state.calls.removeValue(forKey: stream))
        case .message(let stream, _, _): (event, state.calls[stream])
        }
      }
    }
    for (event, call) in events {
      guard let call else { continue }
      switch event {
      case .answer(let stream, let payload, let descriptors):
        call.succeed(RawMessage(payload: payload, descriptors: descriptors))
        ended(stream, call)
      case .end(let stream):
        call.end()
        ended(stream, call)
      case .failed(let stream, let error):
        call.fail(error)
        ended(stream, call)
      case .message(let stream, let payload, let descriptors):
        guard case .messages(let buffer) = call.sink else { continue }
        if buffer.append(RawMessage(payload: payload, descriptors: descriptors)) { stall(stream, buffer) }
      }
    }
  }

  private func ended(_ stream: UInt32, _ call: PendingCall) {
    if let timer = call.timer { reactor.cancel(timer) }
    let wake = state.withLock { state in
      state.channel.stalled.remove(stream)
      return state.channel.takeWaiters(of: stream)
    }
    for slot in wake { slot.fill(.success(())) }
  }

  /// Reads nothing until the stream's consumer has caught up, or has had its time.
  private func stall(_ stream: UInt32, _ buffer: InboundBuffer) {
    let isNew = state.withLock { state in
      guard state.channel.isOpen, state.calls[stream] != nil else { return false }
      return state.channel.stalled.insert(stream).inserted
    }
    guard isNew else { return }
    let timer = reactor.addTimer(after: stall) { [weak self] in self?.giveUp(stream, .streamIsFull) }
    let isFull = buffer.whenNotFull { [weak self, reactor] in
      reactor.cancel(timer)
      self?.resume(stream)
    }
    if !isFull {
      reactor.cancel(timer)
      resume(stream)
    }
  }

  private func resume(_ stream: UInt32) {
    let wake = state.withLock { state in
      state.channel.stalled.remove(stream)
      return flush(&state)
    }
    for slot in wake { slot.fill(.success(())) }
  }

  // MARK: The end

  func close(_ error: GantryError) {
    let (calls, senders, closers) = state.withLock { state in
      let senders = state.channel.close()
      _ = state.core.close()
      defer {
        state.calls = [:]
        state.closeWaiters = []
      }
      return (state.calls, senders, state.closeWaiters)
    }
    for (_, call) in calls.sorted(by: { $0.key < $1.key }) {
      if let timer = call.timer { reactor.cancel(timer) }
      call.fail(error)
    }
    for slot in senders + closers { slot.fill(.success(())) }
  }

  /// Whether calls can no longer be made.
  var isClosed: Bool { state.withLock { !$0.channel.isOpen || $0.isBroken } }

  func waitUntilClosed() async {
    let slot = Slot<Void>()
    let isOpen = state.withLock { state in
      if state.channel.isOpen { state.closeWaiters.append(slot) }
      return state.channel.isOpen
    }
    guard isOpen else { return }
    // It is only ever filled with success.
    try? await slot.value { slot.fill(.success(())) }
  }
}
