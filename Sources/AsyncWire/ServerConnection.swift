import Errors
import Linux
import Synchronization
import Wire

/// One connection of a `Server`: the reactor's thread reads, handlers run as tasks and write from there.
final class ServerConnection: Sendable {
  /// While more than this waits to be sent nothing is read: a peer that asks and does not listen stalls itself.
  private static let outboundLimit = 8 << 20

  private struct State {
    var core: ServerCore
    var channel: SocketChannel
    var calls: [UInt32: ServerCall] = [:]
    var closeWaiters: [Slot<Void>] = []
    var isBroken = false
  }

  private let reactor: Reactor
  private let handlers: [MethodHandler]
  private let peer: PeerCredentials?
  private let isPatient: @Sendable (MethodDescriptor) -> Bool
  private let state: Mutex<State>
  private let closed: @Sendable (ServerConnection) -> Void

  init(
    _ socket: FileDescriptor, routes: RouteTable, handlers: [MethodHandler], peer: PeerCredentials?,
    isPatient: @escaping @Sendable (MethodDescriptor) -> Bool, closed: @escaping @Sendable (ServerConnection) -> Void
  ) throws(GantryError) {
    let reactor = try Reactor.shared()
    self.reactor = reactor
    self.handlers = handlers
    self.peer = peer
    self.isPatient = isPatient
    self.closed = closed
    state = Mutex(State(core: ServerCore(routes: routes), channel: SocketChannel(socket, reactor)))
  }

  func start() throws(GantryError) {
    try state.withLock { (state) throws(GantryError) in
      try state.channel.start { [self] bits in handle(bits) }
    }
  }

  /// Neither a call in flight that is more than waiting, nor an answer that is to be sent.
  var isIdle: Bool { state.withLock { $0.calls.values.allSatisfy(\.isPatient) && $0.core.outbound.isEmpty } }

  var callCount: Int { state.withLock { $0.calls.count } }

  // MARK: On the reactor's thread

  private func handle(_ bits: UInt32) {
    let (socket, missing) = state.withLock { ($0.channel.socket, $0.core.missing) }
    guard let socket else { return }
    if bits & ~0x4 != 0, case .endOfFile = SocketChannel.read(socket, missing: missing, receive) {
      return close(.connectionClosed)
    }
    change { _ in }
  }

  private func receive(_ input: Received) {
    for event in state.withLock({ $0.core.receive(input) }) {
      switch event {
      case .request(let request): begin(request)
      case .message(let stream, let payload, let descriptors):
        guard let buffer = state.withLock({ $0.calls[stream]?.inbound }) else { continue }
        if buffer.append(RawMessage(payload: payload, descriptors: descriptors)) { stall(stream, buffer) }
      case .endOfMessages(let stream): state.withLock { $0.calls[stream]?.inbound }?.finish()
      case .aborted(let stream, let error): end(stream, error) { _ in }
      }
    }
  }

  private func begin(_ request: IncomingRequest) {
    let stream = request.stream
    let deadline = request.timeout.map { ContinuousClock.now.advanced(by: $0) }
    let context = CallContext(
      method: request.method, metadata: request.metadata, deadline: deadline, peer: peer,
      descriptors: request.descriptors)
    let inbound = request.method.clientStreams ? InboundBuffer() : nil
    state.withLock { $0.calls[stream] = ServerCall(inbound: inbound, isPatient: isPatient(request.method)) }
    let timer = request.timeout.map { timeout in
      reactor.addTimer(after: timeout) { [weak self] in
        let error = GantryError.deadlineExceeded(request.method)
        self?.end(stream, error) { $0.fail(stream, error) }
      }
    }
    let task = Task { await run(request, context, inbound) }
    let isPending = state.withLock { state in
      state.calls[stream]?.task = task
      state.calls[stream]?.timer = timer
      return state.calls[stream] != nil
    }
    if !isPending {
      task.cancel()
      if let timer { reactor.cancel(timer) }
    }
  }

  // MARK: Handlers

  private func run(_ request: IncomingRequest, _ context: CallContext, _ inbound: InboundBuffer?) async {
    let stream = request.stream
    let responses = RawOutbound { [weak self] (message) throws(GantryError) in
      guard let self else { throw .connectionClosed }
      try await send(stream, message)
    }
    let requests = RawInbound(buffer: inbound ?? InboundBuffer())
    do {
      switch handlers[request.place] {
      case .unary(let body):
        answer(stream, try await body(request.payload, context), context)
      case .clientStream(let body):
        answer(stream, try await body(requests, context), context)
      case .serverStream(let body):
        try await body(request.payload, context, responses)
        end(stream, nil) { $0.finish(stream) }
      case .bidirectional(let body):
        try await body(requests, responses, context)
        end(stream, nil) { $0.finish(stream) }
      }
    } catch {
      let failure = Self.failure(error, request.method)
      end(stream, nil) { $0.fail(stream, failure) }
    }
  }

  private static func failure(_ error: any Error, _ method: MethodDescriptor) -> GantryError {
    switch error {
    case let error as GantryError: error
    case is CancellationError: .cancelled(method)
    default: GantryError(.unknown, "\(error)")
    }
  }

  private func answer(_ stream: UInt32, _ payload: [UInt8], _ context: CallContext) {
    end(stream, nil) { $0.answer(stream, payload, descriptors: context.attached) }
  }

  private func send(_ stream: UInt32, _ message: RawMessage) async throws(GantryError) {
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

  /// Ends a call; with an error, its handler is cancelled.
  private func end(_ stream: UInt32, _ error: GantryError?, _ body: (inout ServerCore) -> Void) {
    let call = change { state in
      body(&state.core)
      state.channel.stalled.remove(stream)
      return (state.calls.removeValue(forKey: stream), state.channel.takeWaiters(of: stream))
    }
    if let timer = call?.timer { reactor.cancel(timer) }
    if let error {
      call?.cancel(error)
    } else {
      call?.inbound?.finish()
    }
  }

  /// Reads nothing until the handler has caught up, or has had its time.
  private func stall(_ stream: UInt32, _ buffer: InboundBuffer) {
    let isNew = state.withLock { state in
      guard state.channel.isOpen, state.calls[stream] != nil else { return false }
      return state.channel.stalled.insert(stream).inserted
    }
    guard isNew else { return }
    let timer = reactor.addTimer(after: StreamLimits.stall) { [weak self] in
      self?.end(stream, .streamIsFull) { $0.fail(stream, .streamIsFull) }
    }
    let isFull = buffer.whenNotFull { [weak self, reactor] in
      reactor.cancel(timer)
      self?.change { $0.channel.stalled.remove(stream) }
    }
    if !isFull {
      reactor.cancel(timer)
      change { $0.channel.stalled.remove(stream) }
    }
  }

  // MARK: The socket

  /// Does something under the lock, sends what comes of it, and wakes those who can go on.
  private func change(_ body: (inout State) -> Void) {
    _ = change { state -> (ServerCall?, [Slot<Void>]) in
      body(&state)
      return (nil, [])
    }
  }

  private func change(_ body: (inout State) -> (ServerCall?, [Slot<Void>])) -> ServerCall? {
    let (call, wake) = state.withLock { state in
      let (call, waiters) = body(&state)
      return (call, waiters + flush(&state))
    }
    for slot in wake { slot.fill(.success(())) }
    return call
  }

  /// With the lock held; the slots are filled without it.
  private func flush(_ state: inout State) -> [Slot<Void>] {
    if let wake = state.channel.flush(&state.core.outbound, readLimit: Self.outboundLimit) { return wake }
    if !state.isBroken {
      state.isBroken = true
      _ = reactor.addTimer(after: .zero) { [self] in close(.connectionClosed) }
    }
    return []
  }

  func close(_ error: GantryError) {
    let (calls, senders, closers) = state.withLock { state in
      let senders = state.channel.close()
      state.core.close()
      defer {
        state.calls = [:]
        state.closeWaiters = []
      }
      return (state.calls, senders, state.closeWaiters)
    }
    for call in calls.values {
      if let timer = call.timer { reactor.cancel(timer) }
      call.cancel(error)
    }
    for slot in senders + closers { slot.fill(.success(())) }
    closed(self)
  }

  /// Returns when the connection is closed; cancelling the task closes it.
  func waitUntilClosed() async {
    let slot = Slot<Void>()
    let isOpen = state.withLock { state in
      if state.channel.isOpen { state.closeWaiters.append(slot) }
      return state.channel.isOpen
    }
    guard isOpen else { return }
    // It is only ever filled with success.
    try? await slot.value { self.close(GantryError(.cancelled, "serving the connection was cancelled")) }
  }
}
