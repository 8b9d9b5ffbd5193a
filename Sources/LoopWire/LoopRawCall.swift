import Errors
import Linux
import Wire

/// A call that waits for its answer, still encoded. It is answered exactly once, at any later time: what comes
/// after the first answer, after the deadline or after the peer has gone is without effect.
public final class LoopRawCall {
  public let context: LoopCallContext

  /// Called for each message of a streaming client, in order.
  public var onMessage: ((_ payload: [UInt8], _ descriptors: [FileDescriptor]) -> Void)?
  /// Called when a streaming client sends no more.
  public var onEndOfMessages: (() -> Void)?
  /// Called at most once, when nobody waits for the answer any more: `.unavailable` if the peer is gone,
  /// `.deadlineExceeded` if the time is up, else what the peer did wrong.
  public var onCancel: ((GantryError) -> Void)?

  private let stream: UInt32
  private weak var connection: LoopServerConnection?
  var timer: TimerID?

  init(context: LoopCallContext, stream: UInt32, connection: LoopServerConnection) {
    self.context = context
    self.stream = stream
    self.connection = connection
  }

  /// Whether somebody still waits for the answer.
  public var isOpen: Bool { connection?.isWaiting(stream, self) ?? false }

  /// Answers the call.
  public func reply(_ payload: [UInt8], descriptors: [FileDescriptor] = []) {
    end { connection, stream in connection.core.answer(stream, payload, descriptors: descriptors) }
  }

  /// Answers the call with an error.
  public func fail(_ error: GantryError) {
    end { connection, stream in connection.core.fail(stream, error) }
  }

  /// Sends one message of a streaming server.
  ///
  /// - Throws: `GantryError`: `.resourceExhausted` beyond `MessageLimits`, `.cancelled` when nobody waits any more.
  public func send(_ payload: [UInt8], descriptors: [FileDescriptor] = []) throws(GantryError) {
    guard let connection, isOpen else { throw GantryError(.cancelled, "call of \(context.method) has ended") }
    try connection.core.send(stream, payload, descriptors: descriptors)
    connection.flush()
  }

  /// Ends the messages of a streaming server, and with them the call.
  public func finish() {
    end { connection, stream in connection.core.finish(stream) }
  }

  private func end(_ body: (LoopServerConnection, UInt32) -> Void) {
    guard let connection, isOpen else { return }
    body(connection, stream)
    connection.forget(stream)
    connection.flush()
  }
}
