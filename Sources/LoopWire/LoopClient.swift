import Errors
import Linux
import Wire

/// One connection to a server, with any number of calls in flight, on an `EventLoop`.
public final class LoopClient {
  public typealias Outcome = Result<(payload: [UInt8], descriptors: [FileDescriptor]), GantryError>

  private struct Pending {
    let method: MethodDescriptor
    let onMessage: ((_ payload: [UInt8], _ descriptors: [FileDescriptor]) -> Void)?
    let completion: (Outcome) -> Void
    var timer: TimerID?
  }

  private let loop: EventLoop
  private let socket: LoopSocket
  private var core = ClientCore()
  private var pending: [UInt32: Pending] = [:]
  private var isHandling = false

  /// Called once, when the peer has gone or `close()` was called.
  public var onClose: (() -> Void)?

  /// Takes over a connected socket.
  ///
  /// - Throws: `GantryError` when it cannot be watched.
  public init(loop: EventLoop, adopting socket: FileDescriptor) throws(GantryError) {
    self.loop = loop
    self.socket = LoopSocket(loop, socket)
    try self.socket.start { [weak self] readiness in self?.handle(readiness) }
  }

  deinit {
    socket.close()
    for call in pending.values {
      if let timer = call.timer { loop.cancelTimer(timer) }
      call.completion(.failure(.clientClosed))
    }
  }

  /// Sends one message; `completion` runs exactly once, never before this returns.
  public func unary(
    _ method: MethodDescriptor, payload: [UInt8], options: CallOptions = .init(),
    completion: @escaping (Outcome) -> Void
  ) {
    begin(method, payload, options, Pending(method: method, onMessage: nil, completion: completion))
  }

  /// Begins a call of any shape. `onMessage` runs for each message of a streaming server; `completion` exactly once,
  /// never before this returns, with the one answer or, from a streaming server, with nothing.
  @discardableResult
  public func stream(
    _ method: MethodDescriptor, payload: [UInt8] = [], options: CallOptions = .init(),
    onMessage: @escaping (_ payload: [UInt8], _ descriptors: [FileDescriptor]) -> Void,
    completion: @escaping (Outcome) -> Void
  ) -> LoopStream {
    let pending = Pending(method: method, onMessage: onMessage, completion: completion)
    return LoopStream(client: self, number: begin(method, payload, options, pending))
  }

  @discardableResult
  private func begin(
    _ method: MethodDescriptor, _ payload: [UInt8], _ options: CallOptions, _ call: Pending
  ) -> UInt32? {
    do throws(GantryError) {
      guard socket.isOpen else { throw .connectionClosed }
      if let timeout = options.timeout, timeout <= .zero { throw .deadlineExceeded(method) }
      let stream = try core.begin(
        method, payload: payload, timeout: options.timeout, metadata: options.metadata,
        descriptors: options.descriptors)
      var call = call
      if let timeout = options.timeout {
        call.timer = loop.addTimer(after: timeout) { [weak self] in
          self?.giveUp(stream, .deadlineExceeded(method))
        }
      }
      pending[stream] = call
      flush()
      return stream
    } catch {
      loop.defer { call.completion(.failure(error)) }
      return nil
    }
  }

  /// Closes the connection; pending calls end with `.unavailable`.
  public func close() { close(.clientClosed) }

  func send(_ stream: UInt32, _ payload: [UInt8], _ descriptors: [FileDescriptor]) throws(GantryError) {
    try core.send(stream, payload, descriptors: descriptors)
    flush()
  }

  func closeSend(_ stream: UInt32) {
    core.closeSend(stream)
    flush()
  }

  func cancel(_ stream: UInt32) {
    guard let method = pending[stream]?.method else { return }
    giveUp(stream, .cancelled(method))
  }

  private func giveUp(_ stream: UInt32, _ error: GantryError) {
    core.abandon(stream)
    complete(stream, .failure(error))
    flush()
  }

  private func handle(_ readiness: Readiness) {
    if readiness.contains(.readable) {
      var events: [ClientCore.Event] = []
      let input = socket.read(missing: core.missing) { events = core.receive($0) }
      handle(events)
      if case .endOfFile = input { return close(.connectionClosed) }
    } else if !readiness.isDisjoint(with: [.hangUp, .error]) {
      return close(.connectionClosed)
    }
    flush()
  }

  private func handle(_ events: [ClientCore.Event]) {
    isHandling = true
    defer { isHandling = false }
    for event in events {
      switch event {
      case .answer(let stream, let payload, let descriptors): complete(stream, .success((payload, descriptors)))
      case .message(let stream, let payload, let descriptors): pending[stream]?.onMessage?(payload, descriptors)
      case .end(let stream): complete(stream, .success(([], [])))
      case .failed(let stream, let error): complete(stream, .failure(error))
      }
    }
  }

  private func complete(_ stream: UInt32, _ outcome: Outcome) {
    guard let call = pending.removeValue(forKey: stream) else { return }
    if let timer = call.timer { loop.cancelTimer(timer) }
    call.completion(outcome)
  }

  private func flush() {
    guard !isHandling, socket.isOpen else { return }
    do throws(GantryError) {
      try socket.flush(&core.outbound)
    } catch {
      // Deferred, so that no completion runs inside the call that has noticed.
      return loop.defer { [weak self] in self?.readRest() }
    }
    socket.watch(reading: true, writing: !core.outbound.isEmpty)
  }

  /// The peer takes nothing more, but may have answered before it went.
  private func readRest() {
    while socket.isOpen {
      var events: [ClientCore.Event] = []
      let input = socket.read(missing: core.missing) { events = core.receive($0) }
      handle(events)
      guard case .taken = input else { return close(.connectionClosed) }
    }
  }

  private func close(_ error: GantryError) {
    guard socket.isOpen else { return }
    socket.close()
    for stream in core.close() { complete(stream, .failure(error)) }
    onClose?()
  }
}
