import Linux

/// A request that a handler has to answer.
package struct IncomingRequest: Sendable {
  package let stream: UInt32
  /// The method's place in the `RouteTable`.
  package let place: Int
  package let method: MethodDescriptor
  /// The request message; for methods whose client streams, see `ServerCore.Event.message` instead.
  package let payload: [UInt8]
  package let metadata: Metadata
  /// How long the caller waits; zero or less if its time is up already.
  package let timeout: Duration?
  package let descriptors: [FileDescriptor]
}
