/// The code behind one method, in the shape of the method. Generated code fills these in.
///
/// The task that runs a handler is cancelled when its connection closes or its deadline passes. An error
/// of type `GantryError` reaches the caller with code and message; any other becomes `.unknown`.
public enum MethodHandler: Sendable {
  case unary(@Sendable (_ payload: [UInt8], CallContext) async throws -> [UInt8])
  case serverStream(@Sendable (_ payload: [UInt8], CallContext, RawOutbound) async throws -> Void)
  case clientStream(@Sendable (RawInbound, CallContext) async throws -> [UInt8])
  case bidirectional(@Sendable (RawInbound, RawOutbound, CallContext) async throws -> Void)
}
