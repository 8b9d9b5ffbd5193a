import Errors
import Linux
import Wire

/// One connection to a server, with any number of calls in flight.
public final class LoopClient {
  public typealias Outcome = Result<(payload: [UInt8], descriptors: [FileDescriptor]), GantryError>

  public init(loop: EventLoop, adopting socket: FileDescriptor) throws(GantryError) {}

  /// Sends one message; `completion` runs exactly once, never before this returns.
  public func unary(
    _ method: MethodDescriptor, payload: [UInt8], options: CallOptions = .init(),
    completion: @escaping (Outcome) -> Void
  ) {}

  /// Closes the connection; pending calls end with `.unavailable`.
  public func close() {}
}
