import Errors
import Wire

/// The messages of a stream that arrive here. One task at a time may iterate.
///
/// On the client, dropping every reference to the stream (and its iterators) abandons the call.
public struct InboundStream<M: Message>: AsyncSequence, Sendable {
  public typealias Element = M
  public typealias Failure = GantryError

  private let raw: RawInbound

  /// Wraps a stream of encoded messages.
  public init(_ raw: RawInbound) { self.raw = raw }

  public func makeAsyncIterator() -> Iterator { Iterator(raw: raw) }

  /// Steps through the messages.
  public struct Iterator: AsyncIteratorProtocol {
    public typealias Element = M
    public typealias Failure = GantryError

    let raw: RawInbound

    public mutating func next() async throws(GantryError) -> M? {
      guard let message = try await raw.next() else { return nil }
      return try M(serialized: message.payload)
    }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws(GantryError) -> M? {
      guard let message = try await raw.next() else { return nil }
      return try M(serialized: message.payload)
    }

    /// The next message together with the descriptors that came with it.
    public mutating func nextReply() async throws(GantryError) -> Reply<M>? {
      guard let message = try await raw.next() else { return nil }
      return Reply(message: try M(serialized: message.payload), descriptors: message.descriptors)
    }
  }
}
