import Errors
import Linux

/// Where the messages of a stream that leave from here go, already encoded.
public struct RawOutbound: Sendable {
  let transmit: @Sendable (RawMessage) async throws(GantryError) -> Void

  /// Sends one message; returns when the connection has room for more.
  ///
  /// - Throws: `GantryError`: `.unavailable` when the peer is gone, `.cancelled`, `.resourceExhausted` for a
  ///   message beyond `MessageLimits`.
  public func send(_ payload: [UInt8], descriptors: [FileDescriptor] = []) async throws(GantryError) {
    try await transmit(RawMessage(payload: payload, descriptors: descriptors))
  }
}
