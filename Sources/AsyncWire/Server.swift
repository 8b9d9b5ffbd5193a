import Errors
import Linux
import Wire

/// Serves a set of services on any number of connections.
public final class Server: Sendable {
  public init(routes: [ServiceRoutes], allowedPeer: PeerPolicy = .sameUser) {}

  /// Accepts connections until `shutdown(grace:)`, or until the task is cancelled.
  ///
  /// - Throws: `GantryError` when the socket cannot be listened on.
  public func serve(listener: FileDescriptor) async throws(GantryError) {}

  /// Serves one connected socket until the peer goes or the server shuts down.
  public func serve(connection: FileDescriptor) async {}

  /// Accepts no more, lets calls in flight end for at most `grace`, then closes every connection.
  public func shutdown(grace: Duration) async {}
}
