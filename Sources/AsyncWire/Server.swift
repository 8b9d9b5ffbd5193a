import Errors
import Linux
import Synchronization
import Wire

/// Serves a set of services on any number of connections. Safe to use from any task.
public final class Server: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: ServerConnection] = [:]
    var listeners: [Slot<Void>] = []
    var isShutDown = false
  }

  private let routes: RouteTable
  private let handlers: [MethodHandler]
  private let allowedPeer: PeerPolicy
  private let isPatient: @Sendable (MethodDescriptor) -> Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - allowedPeer: whom accepted connections are accepted from.
  ///   - isPatient: whether a method only waits for something to happen; its calls hold up no shutdown.
  public init(
    routes: [ServiceRoutes], allowedPeer: PeerPolicy = .sameUser,
    isPatient: @escaping @Sendable (MethodDescriptor) -> Bool = { _ in false }
  ) {
    var table = RouteTable()
    var handlers: [MethodHandler] = []
    for service in routes {
      for (_, method) in service.methods.sorted(by: { $0.key < $1.key }) {
        table.add(method.descriptor)
        handlers.append(method.handler)
      }
    }
    self.routes = table
    self.handlers = handlers
    self.allowedPeer = allowedPeer
    self.isPatient = isPatient
  }

  /// How many connections are open.
  public var connectionCount: Int { state.withLock { $0.connections.count } }

  /// How many calls are in flight on all of them.
  public var callCount: Int { state.withLock { Array($0.connections.values) }.reduce(0) { $0 + $1.callCount } }

  /// Accepts connections until `shutdown(grace:)`, or until the task is cancelled. Connections that are open
  /// then stay open.
  ///
  /// - Throws: `GantryError` when the socket cannot be listened on, `.failedPrecondition` after `shutdown`.
  public func serve(listener: FileDescriptor) async throws(GantryError) {
    let reactor = try Reactor.shared()
    try listener.setNonBlocking(true)
    let slot = Slot<Void>()
    let isShutDown = state.withLock { state in
      if !state.isShutDown { state.listeners.append(slot) }
      return state.isShutDown
    }
    guard !isShutDown else {
      throw GantryError(.failedPrecondition, "server has been shut down; make a new one to serve again")
    }
    let acceptor = Acceptor(listener, reactor) { [weak self] connection in
      guard let self, let peer = try? connection.peerCredentials(), allowedPeer.allows(peer) else { return }
      // A socket that cannot be watched is closed: its client sees that.
      _ = try? open(connection, peer)
    }
    try acceptor.start()
    // It is only ever filled with success.
    try? await slot.value { slot.fill(.success(())) }
    acceptor.stop()
    state.withLock { $0.listeners.removeAll { $0 === slot } }
  }

  /// Serves one connected socket until the peer goes, the server shuts down or the task is cancelled. Who is at
  /// its other end is its giver's business.
  public func serve(connection: FileDescriptor) async {
    guard let opened = try? open(connection, try? connection.peerCredentials()) else { return }
    await opened.waitUntilClosed()
  }

  private func open(_ socket: FileDescriptor, _ peer: PeerCredentials?) throws(GantryError) -> ServerConnection {
    let connection = try ServerConnection(
      socket, routes: routes, handlers: handlers, peer: peer, isPatient: isPatient
    ) { [weak self] connection in
      self?.state.withLock { $0.connections[ObjectIdentifier(connection)] = nil }
    }
    let isShutDown = state.withLock { state in
      if !state.isShutDown { state.connections[ObjectIdentifier(connection)] = connection }
      return state.isShutDown
    }
    guard !isShutDown else { throw .serverIsShuttingDown }
    do throws(GantryError) {
      try connection.start()
    } catch {
      connection.close(error)
      throw error
    }
    return connection
  }

  /// How often a server that shuts down looks whether its calls have ended.
  private static let pollInterval = Duration.milliseconds(5)

  /// Accepts no more, closes each connection as soon as its calls have ended and been answered, those that only wait not
  /// counted; after `grace` the others too: the handlers of their calls are cancelled.
  public func shutdown(grace: Duration) async {
    let listeners = state.withLock { state in
      state.isShutDown = true
      return state.listeners
    }
    for slot in listeners { slot.fill(.success(())) }
    let deadline = ContinuousClock.now.advanced(by: grace)
    while true {
      let open = state.withLock { Array($0.connections.values) }
      let isOver = ContinuousClock.now >= deadline
      for connection in open where isOver || connection.isIdle { connection.close(.serverIsShuttingDown) }
      if isOver || open.isEmpty { return }
      // Cancelled, it waits no longer.
      if (try? await Task.sleep(for: Self.pollInterval)) == nil {
        for connection in open { connection.close(.serverIsShuttingDown) }
        return
      }
    }
  }
}

extension GantryError {
  static let serverIsShuttingDown = GantryError(.unavailable, "server is shutting down; try again")
}
