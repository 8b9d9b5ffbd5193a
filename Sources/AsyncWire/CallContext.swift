import Linux
import Synchronization
import Wire

/// What a handler knows of the call it answers. Safe to use from any task.
public final class CallContext: Sendable {
  public let method: MethodDescriptor
  public let metadata: Metadata
  /// When the caller stops waiting; nil is never.
  public let deadline: ContinuousClock.Instant?
  /// Who calls, by the kernel's word; nil where the transport cannot tell.
  public let peer: PeerCredentials?
  /// The descriptors that came with the request, in order.
  public let descriptors: [FileDescriptor]

  private let attachments = Mutex<[FileDescriptor]>([])

  public init(
    method: MethodDescriptor, metadata: Metadata = .init(), deadline: ContinuousClock.Instant? = nil,
    peer: PeerCredentials? = nil, descriptors: [FileDescriptor] = []
  ) {
    self.method = method
    self.metadata = metadata
    self.deadline = deadline
    self.peer = peer
    self.descriptors = descriptors
  }

  /// Sends a descriptor along with the response, in order of the calls; at most `MessageLimits.descriptors`.
  public func attach(_ descriptor: FileDescriptor) {
    attachments.withLock { $0.append(descriptor) }
  }

  /// What has been attached so far.
  public var attached: [FileDescriptor] { attachments.withLock { $0 } }
}
