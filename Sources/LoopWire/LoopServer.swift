import Errors
import Linux
import Wire

/// Serves a set of services from an `EventLoop`.
///
/// Handlers run on the loop's thread and must not block; a call may be answered at any later time.
public final class LoopServer {
  private let loop: EventLoop
  private var routes = RouteTable()
  private var handlers: [LoopRoutes.Handler] = []
  private let allowedPeer: PeerPolicy
  private var listeners: [FileDescriptor] = []
  private var connections: [ObjectIdentifier: LoopServerConnection] = [:]

  /// Called whenever a connection has come or gone, with how many there are.
  public var onConnectionCountChange: ((Int) -> Void)?

  /// - Parameter allowedPeer: whom accepted connections are accepted from.
  public init(loop: EventLoop, routes: [LoopRoutes], allowedPeer: PeerPolicy = .sameUser) {
    self.loop = loop
    self.allowedPeer = allowedPeer
    for service in routes {
      for (_, method) in service.methods.sorted(by: { $0.key < $1.key }) {
        self.routes.add(method.descriptor)
        handlers.append(method.handler)
      }
    }
  }

  /// How many connections are open.
  public var connectionCount: Int { connections.count }

  /// Accepts connections at a listening socket from now on.
  ///
  /// - Throws: `GantryError` when it cannot be watched.
  public func serve(listener: FileDescriptor) throws(GantryError) {
    try listener.setNonBlocking(true)
    try watch(listener)
    listeners.append(listener)
  }

  private func watch(_ listener: FileDescriptor) throws(GantryError) {
    try loop.add(listener, .readable) { [weak self] _ in self?.accept(listener) }
  }

  private func accept(_ listener: FileDescriptor) {
    do throws(GantryError) {
      while let connection = try UnixSocket.accept(listener) {
        let peer = try? connection.peerCredentials()
        guard let peer, allowedPeer.allows(peer) else { continue }
        try? serve(connection, peer)
      }
    } catch {
      pause(listener)
    }
  }

  /// How long to accept nothing when the process has no descriptors left.
  private static let pause = Duration.milliseconds(100)

  private func pause(_ listener: FileDescriptor) {
    loop.remove(listener)
    loop.addTimer(after: Self.pause) { [weak self] in
      guard let self, listeners.contains(where: { $0 === listener }) else { return }
      do throws(GantryError) { try watch(listener) } catch { pause(listener) }
    }
  }

  /// Serves one connected socket; who is at its other end is its giver's business.
  ///
  /// - Throws: `GantryError` when it cannot be watched.
  public func serve(connection: FileDescriptor) throws(GantryError) {
    try serve(connection, try? connection.peerCredentials())
  }

  private func serve(_ descriptor: FileDescriptor, _ peer: PeerCredentials?) throws(GantryError) {
    let connection = LoopServerConnection(
      LoopSocket(loop, descriptor), routes: routes, handlers: handlers, peer: peer
    ) { [weak self] connection in
      guard let self else { return }
      connections[ObjectIdentifier(connection)] = nil
      onConnectionCountChange?(connections.count)
    }
    try connection.start()
    connections[ObjectIdentifier(connection)] = connection
    onConnectionCountChange?(connections.count)
  }

  /// Accepts no more and closes every connection, after sending of the answers given so far what there is room for.
  public func shutdown() {
    for listener in listeners { loop.remove(listener) }
    listeners = []
    for connection in connections.values {
      connection.flush()
      connection.close(GantryError(.unavailable, "server is shutting down"))
    }
  }
}
