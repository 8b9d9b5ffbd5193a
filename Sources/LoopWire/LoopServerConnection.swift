import Errors
import CLinux
import Linux
import Wire

/// One connection of a `LoopServer`.
final class LoopServerConnection {
  /// While more than this waits to be sent nothing is read: a peer that asks and does not listen stalls itself.
  private static let outboundLimit = 8 << 20

  var core: ServerCore
  private let socket: LoopSocket
  private let peer: PeerCredentials?
  private let handlers: [LoopRoutes.Handler]
  private var calls: [UInt32: LoopRawCall] = [:]
  private var isHandling = false
  private var hasHeldLargeMessage = false
  private let closed: (LoopServerConnection) -> Void

  init(
    _ socket: LoopSocket, routes: RouteTable, handlers: [LoopRoutes.Handler], peer: PeerCredentials?,
    closed: @escaping (LoopServerConnection) -> Void
  ) {
    self.core = ServerCore(routes: routes)
    self.socket = socket
    self.handlers = handlers
    self.peer = peer
    self.closed = closed
  }

  func start() throws(GantryError) {
    try socket.start { [weak self] readiness in self?.handle(readiness) }
  }

  private func handle(_ readiness: Readiness) {
    if readiness.contains(.readable) {
      var events: [ServerCore.Event] = []
      let input = socket.read(missing: core.missing) { events = core.receive($0) }
      handle(events)
      if case .endOfFile = input { return close(.connectionClosed) }
    } else if !readiness.isDisjoint(with: [.hangUp, .error]) {
      return close(.connectionClosed)
    }
    flush()
  }

  private func handle(_ events: [ServerCore.Event]) {
    if events.isEmpty { return }
    socket.loop.quickPeer.asks()
    isHandling = true
    defer { isHandling = false }
    for event in events where socket.isOpen {
      switch event {
      case .request(let request): begin(request)
      case .message(let stream, let payload, let descriptors): calls[stream]?.onMessage?(payload, descriptors)
      case .endOfMessages(let stream): calls[stream]?.onEndOfMessages?()
      case .aborted(let stream, let error): forget(stream)?.onCancel?(error)
      }
    }
  }

  private func begin(_ request: IncomingRequest) {
    let context = LoopCallContext(
      method: request.method, metadata: request.metadata,
      deadline: request.timeout.map { MonotonicTime.now.advanced(by: $0) }, peer: peer,
      descriptors: request.descriptors)
    let call = LoopRawCall(context: context, stream: request.stream, connection: self)
    calls[request.stream] = call
    if let timeout = request.timeout {
      call.timer = socket.loop.addTimer(after: timeout) { [weak self] in self?.expire(request.stream) }
    }
    handlers[request.place](request.payload, call)
  }

  private func expire(_ stream: UInt32) {
    guard let call = forget(stream) else { return }
    let error = GantryError.deadlineExceeded(call.context.method)
    core.fail(stream, error)
    call.onCancel?(error)
    flush()
  }

  func isWaiting(_ stream: UInt32, _ call: LoopRawCall) -> Bool { calls[stream] === call }

  @discardableResult
  func forget(_ stream: UInt32) -> LoopRawCall? {
    guard let call = calls.removeValue(forKey: stream) else { return nil }
    if let timer = call.timer { socket.loop.cancelTimer(timer) }
    return call
  }

  /// Sends what waits; while events are handled, once at their end.
  func flush() {
    guard !isHandling, socket.isOpen else { return }
    do throws(GantryError) {
      try socket.flush(&core.outbound)
    } catch {
      return close(.connectionClosed)
    }
    socket.watch(reading: core.outbound.count <= Self.outboundLimit, writing: !core.outbound.isEmpty)
    if calls.isEmpty, core.outbound.isEmpty { socket.loop.quickPeer.isAnswered() }
    giveMemoryBack()
  }

  /// Messages longer than this leave their memory to the allocator, which would keep it.
  private static let largeMessage = 64 << 10

  /// A process that lives as long as its container is to be small whenever it waits, whatever it has sent before.
  private func giveMemoryBack() {
    let size = max(core.missing, core.outbound.count)
    if size > Self.largeMessage {
      hasHeldLargeMessage = true
    } else if hasHeldLargeMessage, size == 0 {
      hasHeldLargeMessage = false
      socket.loop.defer { malloc_trim(0) }
    }
  }

  func close(_ error: GantryError) {
    guard socket.isOpen else { return }
    socket.close()
    core.close()
    let open = calls.sorted { $0.key < $1.key }.map(\.value)
    calls = [:]
    for call in open {
      if let timer = call.timer { socket.loop.cancelTimer(timer) }
      call.onCancel?(error)
    }
    closed(self)
  }
}
