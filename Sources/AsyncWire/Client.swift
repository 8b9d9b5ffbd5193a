import Errors
import Glibc
import Linux
import Wire

/// One connection to a server, with any number of calls in flight. Safe to use from any task.
///
/// A call whose task is cancelled ends with `.cancelled`, one whose time is up with `.deadlineExceeded`; the
/// server is not told (ttrpc has no message for it), its late answer is dropped. When the peer goes every
/// pending call ends with `.unavailable`.
public final class Client: Sendable {
  let connection: ClientConnection

  /// Connects to the unix socket at `path`.
  ///
  /// - Throws: `GantryError`: `.unavailable` when nobody listens there, `.deadlineExceeded` when whoever listens does
  ///   not accept in time, else from connect(2).
  public static func connect(path: String, timeout: Duration = .seconds(5)) async throws(GantryError) -> Client {
    let deadline = ContinuousClock.now.advanced(by: timeout)
    while true {
      do throws(GantryError) {
        return try Client(adopting: try UnixSocket.connect(path: path))
      } catch {
        switch error.errno {
        case EAGAIN: break
        case ENOENT, ECONNREFUSED:
          throw GantryError(
            .unavailable, "nobody listens at \(path); start the server, or name another socket", cause: .error(error))
        default: throw error
        }
      }
      guard ContinuousClock.now < deadline else {
        throw GantryError(.deadlineExceeded, "server at \(path) accepts no connection; it hangs or is overloaded")
      }
      do {
        try await Task.sleep(for: .milliseconds(5))
      } catch {
        throw GantryError(.cancelled, "connecting to \(path) was cancelled")
      }
    }
  }

  /// Takes over a connected socket.
  ///
  /// - Throws: `GantryError` when the process-wide reactor cannot be set up.
  public init(adopting socket: FileDescriptor) throws(GantryError) {
    connection = try ClientConnection(socket, stall: StreamLimits.stall)
  }

  /// As `init(adopting:)`, with less patience for streams that nobody reads.
  package init(adopting socket: FileDescriptor, stall: Duration) throws(GantryError) {
    connection = try ClientConnection(socket, stall: stall)
  }

  deinit { connection.close(.clientClosed) }

  /// Sends one message and waits for one answer.
  ///
  /// - Throws: `GantryError`: the server's; `.unavailable`, `.deadlineExceeded`, `.cancelled` as said above;
  ///   `.resourceExhausted` for a request beyond `MessageLimits`.
  public func unary<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions = .init()
  ) async throws(GantryError) -> Reply<R> {
    let answer = try await unary(method, payload: request.serialized(), options: options)
    return Reply(message: try R(serialized: answer.payload), descriptors: answer.descriptors)
  }

  /// As `unary` with messages, for those who keep them encoded.
  public func unary(
    _ method: MethodDescriptor, payload: [UInt8], options: CallOptions = .init()
  ) async throws(GantryError) -> RawMessage {
    let slot = Slot<RawMessage>()
    let stream = try connection.begin(method, payload, options, .answer(slot))
    return try await slot.value { [connection] in connection.giveUp(stream, .cancelled(method)) }
  }

  /// Sends one message; any number of answers come.
  ///
  /// - Throws: `GantryError` when the request cannot be sent; the server's errors come with the stream.
  public func serverStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, _ request: Q, options: CallOptions = .init()
  ) async throws(GantryError) -> InboundStream<R> {
    let stream = try ClientStream(self, method, request.serialized(), options)
    return InboundStream(RawInbound(buffer: stream.inbound, keeping: stream))
  }

  /// Opens a call in which this side sends any number of messages and one answer comes.
  ///
  /// - Throws: `GantryError` when the request cannot be sent.
  public func clientStream<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions = .init()
  ) async throws(GantryError) -> ClientStreamCall<Q, R> {
    ClientStreamCall(stream: try ClientStream(self, method, [], options))
  }

  /// Opens a call in which both sides send any number of messages.
  ///
  /// - Throws: `GantryError` when the request cannot be sent.
  public func bidirectional<Q: Message, R: Message>(
    _ method: MethodDescriptor, options: CallOptions = .init()
  ) async throws(GantryError) -> BidirectionalCall<Q, R> {
    BidirectionalCall(stream: try ClientStream(self, method, [], options))
  }

  /// Closes the connection; pending calls end with `.unavailable`.
  public func close() { connection.close(.clientClosed) }

  /// Whether the peer is gone or `close()` was called. A call that ends as `.unavailable` for that reason ends after
  /// this has become true.
  public var isClosed: Bool { connection.isClosed }

  /// Returns when the peer is gone or `close()` was called, or when the task is cancelled.
  public func waitUntilClosed() async { await connection.waitUntilClosed() }
}
