import Errors

extension GantryError {
  /// The connection went while the call was under way, or before: containerd's "ttrpc: closed".
  public static let connectionClosed = GantryError(
    .unavailable, "connection was closed by the other side (ttrpc: closed); its process may have ended")

  /// The connection has been closed on this side.
  public static let clientClosed = GantryError(.unavailable, "connection has been closed on this side")

  /// Sending on a call that has ended.
  package static let callEnded = GantryError(.cancelled, "the call has ended; nothing more can be sent on it")

  /// The caller gave up.
  package static func cancelled(_ method: MethodDescriptor) -> GantryError {
    GantryError(.cancelled, "call of \(method) was cancelled")
  }

  /// The caller's time is up.
  package static func deadlineExceeded(_ method: MethodDescriptor) -> GantryError {
    GantryError(.deadlineExceeded, "call of \(method) was not answered in time")
  }

  package static let descriptorsLost = GantryError(
    .resourceExhausted,
    "descriptors of a message did not arrive: send at most \(MessageLimits.descriptors) with one message, "
      + "and let the receiver's limit of open files be high enough")
}
