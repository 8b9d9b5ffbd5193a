import Errors
import Linux
import LoopServices
import LoopWire
import Messages
import Wire

/// Tells the supervisor what happens, in order, one event after the other.
///
/// While the supervisor is away events are kept and sent again with growing pauses, some fifteen seconds long; who
/// comes back later asks for the state instead.
final class EventPublisher {
  private static let callTimeout = Duration.seconds(5)
  private static let attempts = 5
  private static let longestQueue = 2048

  private let loop: EventLoop
  private let address: String
  private let namespace: String
  private var queue: [Pending] = []
  private var client: LoopClient?
  private var isSending = false
  private var onIdle: [() -> Void] = []
  /// Events that nobody took.
  private(set) var droppedEvents = 0

  private struct Pending {
    let request: ContainerdServicesEventsTtrpcV1.ForwardRequest
    var failures = 0
  }

  /// - Parameter address: the supervisor's ttrpc socket; "" tells nobody.
  init(loop: EventLoop, address: String, namespace: String) {
    self.loop = loop
    self.address = address.hasPrefix("unix://") ? String(address.dropFirst(7)) : address
    self.namespace = namespace
  }

  /// Queues an event.
  func publish<Event: Message>(_ topic: String, _ event: Event) {
    guard !address.isEmpty else { return }
    guard queue.count < Self.longestQueue else {
      droppedEvents += 1
      return ShimLog.warning("event \(topic) is dropped: \(queue.count) others wait for the supervisor")
    }
    let envelope = ContainerdServicesEventsTtrpcV1.Envelope(
      timestamp: .now(), namespace: namespace, topic: topic, event: GoogleProtobuf.AnyMessage(packing: event))
    queue.append(Pending(request: .init(envelope: envelope)))
    send()
  }

  /// Calls `body` when nothing is left to send.
  func whenIdle(_ body: @escaping () -> Void) {
    if queue.isEmpty { body() } else { onIdle.append(body) }
  }

  private func send(isRetryOnNewConnection: Bool = false) {
    guard !isSending, let next = queue.first else { return }
    isSending = true
    let connection: LoopClient
    do throws(GantryError) {
      if let client {
        connection = client
      } else {
        connection = try LoopClient(loop: loop, adopting: UnixSocket.connect(path: address))
      }
    } catch {
      // Never from within publish(): the caller's order of doing things stays its own.
      loop.defer { [weak self] in self?.failed(error) }
      return
    }
    client = connection
    let options = CallOptions(
      timeout: Self.callTimeout, metadata: Metadata(["containerd-namespace-ttrpc": namespace]))
    let events = ContainerdServicesEventsTtrpcV1.EventsLoopClient(connection)
    events.forward(next.request, options: options) { [weak self] outcome in
      guard let self else { return }
      switch outcome {
      case .success: sent()
      case .failure(let error) where error.code == .unavailable && !isRetryOnNewConnection:
        disconnect()
        isSending = false
        send(isRetryOnNewConnection: true)
      case .failure(let error): failed(error)
      }
    }
  }

  private func sent() {
    queue.removeFirst()
    isSending = false
    proceed()
  }

  /// The first event stays first: order counts for more than the others' haste.
  private func failed(_ error: GantryError) {
    disconnect()
    queue[0].failures += 1
    guard queue[0].failures <= Self.attempts else {
      droppedEvents += 1
      ShimLog.warning("event \(queue[0].request.envelope?.topic ?? "") is dropped: \(error)")
      queue.removeFirst()
      isSending = false
      return proceed()
    }
    loop.addTimer(after: .seconds(queue[0].failures)) { [weak self] in
      self?.isSending = false
      self?.send()
    }
  }

  private func proceed() {
    guard queue.isEmpty else { return send() }
    let callbacks = onIdle
    onIdle = []
    for callback in callbacks { callback() }
  }

  private func disconnect() {
    client?.close()
    client = nil
  }
}
