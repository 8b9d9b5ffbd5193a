import Errors
import Linux
import Wire

/// A call that waits for its answer. It is answered exactly once, at any later time.
///
/// A value without a constraint on its parameter: a class, or a constrained type, costs each process a search through all
/// conformances for each kind of answer it gives, and a shim gives few answers in its life.
public struct LoopCall<Response> {
  private let raw: LoopRawCall

  /// Wraps a call whose messages are still encoded.
  public init(_ raw: LoopRawCall) { self.raw = raw }

  public var context: LoopCallContext { raw.context }

  /// Answers the call with an error. Without effect where `reply` would have none.
  public func fail(_ error: GantryError) {
    raw.fail(error)
  }
}

extension LoopCall where Response: Message {
  /// Answers the call. Without effect if it has been answered, has timed out, or the peer is gone.
  public func reply(_ response: Response, descriptors: [FileDescriptor] = []) {
    raw.reply(response.serialized(), descriptors: descriptors)
  }
}
