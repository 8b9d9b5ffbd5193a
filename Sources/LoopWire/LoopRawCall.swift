import Errors
import Linux
import Wire

/// A call that waits for its answer, still encoded. It is answered exactly once, at any later time.
public final class LoopRawCall {
  public let context: LoopCallContext

  init(context: LoopCallContext) { self.context = context }

  /// Answers the call. Without effect if it has been answered, has timed out, or the peer is gone.
  public func reply(_ payload: [UInt8], descriptors: [FileDescriptor] = []) {}

  /// Answers the call with an error. Without effect where `reply` would have none.
  public func fail(_ error: GantryError) {}
}
