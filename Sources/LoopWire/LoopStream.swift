import Errors
import Linux

/// The sending side of a `LoopClient` call that streams.
public final class LoopStream {
  private weak var client: LoopClient?
  private let number: UInt32?

  init(client: LoopClient, number: UInt32?) {
    self.client = client
    self.number = number
  }

  /// Sends one message of a streaming client.
  ///
  /// - Throws: `GantryError`: `.resourceExhausted` beyond `MessageLimits`, `.cancelled` when the call has ended.
  public func send(_ payload: [UInt8], descriptors: [FileDescriptor] = []) throws(GantryError) {
    guard let client, let number else { throw GantryError(.cancelled, "the call has ended") }
    try client.send(number, payload, descriptors)
  }

  /// Says that no message follows; a second time it does nothing.
  public func closeSend() {
    if let number { client?.closeSend(number) }
  }

  /// Gives the call up: its completion runs with `.cancelled`, what still comes is dropped.
  public func cancel() {
    if let number { client?.cancel(number) }
  }
}
