import Errors
import Linux
import Wire

/// Serves a set of services from an `EventLoop`.
public final class LoopServer {
  public init(loop: EventLoop, routes: [LoopRoutes], allowedPeer: PeerPolicy = .sameUser) {}
  public func serve(listener: FileDescriptor) throws(GantryError) {}
  public func serve(connection: FileDescriptor) throws(GantryError) {}
  public var connectionCount: Int { 0 }
  public func shutdown() {}
}
