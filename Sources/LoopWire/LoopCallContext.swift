import Linux
import Wire

/// What a callback knows of the call it answers.
public struct LoopCallContext {
  public let method: MethodDescriptor
  public let metadata: Metadata
  /// When the caller stops waiting; nil is never.
  public let deadline: MonotonicTime?
  /// Who calls, by the kernel's word; nil where the transport cannot tell.
  public let peer: PeerCredentials?
  /// The descriptors that came with the request, in order.
  public let descriptors: [FileDescriptor]
}
