import Errors
import Linux
import Wire

/// Where the messages of a stream that leave from here go.
public struct OutboundStream<M: Message>: Sendable {
  private let raw: RawOutbound

  /// Wraps a sink of encoded messages.
  public init(_ raw: RawOutbound) { self.raw = raw }

  /// Sends one message; returns when the connection has room for more.
  ///
  /// - Throws: `GantryError`, as `RawOutbound.send`.
  public func send(_ message: M, descriptors: [FileDescriptor] = []) async throws(GantryError) {
    try await raw.send(message.serialized(), descriptors: descriptors)
  }
}
