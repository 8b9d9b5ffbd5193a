import Errors
import Linux
import Wire

/// One connection to a server, with any number of calls in flight. Safe to use from any task.
///
/// A call whose task is cancelled ends with `.cancelled`, one whose time is up with `.deadlineExceeded`; the
/// server is not told (ttrpc has no message for it), its late answer is dropped. When the peer goes every
/// pending call ends with `.unavailable`.
public final class Client: Sendable {
  /// Connects to the unix socket at `path`.
  ///
  /// - Throws: `GantryError`: `.unavailable` when nobody listens there, `.deadlineExceeded`.
  public static func connect(path: String, timeout: Duration = .seconds(5)) async throws(GantryError) -> Client {
    throw GantryError(.unimplemented, "connect \(path)")
  }

  /// Takes over a connected socket.
  ///
  /// - Throws: `GantryError` when the process-wide reactor cannot be set up.
  public init(adopting socket: FileDescriptor) throws(GantryError) {}

  /// Sends one message and waits for one answer.
  public func unary<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions = .init()
  ) async throws(GantryError) -> Reply<R> {
    throw GantryError(.unimplemented, "unary")
  }

  /// Sends one message; any number of answers come.
  public func serverStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions = .init()
  ) async throws(GantryError) -> InboundStream<R> {
    throw GantryError(.unimplemented, "stream")
  }

  /// Opens a call in which this side sends any number of messages and one answer comes.
  public func clientStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions = .init()
  ) async throws(GantryError) -> ClientStreamCall<Q, R> {
    throw GantryError(.unimplemented, "stream")
  }

  /// Opens a call in which both sides send any number of messages.
  public func bidirectional<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions = .init()
  ) async throws(GantryError) -> BidirectionalCall<Q, R> {
    throw GantryError(.unimplemented, "stream")
  }

  /// Closes the connection; pending calls end with `.unavailable`.
  public func close() {}

  /// Returns when the peer is gone or `close()` was called.
  public func waitUntilClosed() async {}
}
