import AsyncWire
import Wire

extension CallOptions {
  /// What a call carries when it is handed on: the caller's metadata, descriptors and what is left of its time.
  static func passing(_ context: CallContext) -> CallOptions {
    CallOptions(
      timeout: context.deadline.map { max(.milliseconds(1), ContinuousClock.now.duration(to: $0)) },
      metadata: context.metadata, descriptors: context.descriptors)
  }
}
