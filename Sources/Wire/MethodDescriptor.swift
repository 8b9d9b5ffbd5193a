/// One method of a service, as its `.proto` file declares it.
public struct MethodDescriptor: Sendable, Hashable {
  /// The service's full name without slashes, such as "containerd.task.v2.Task".
  public let service: String
  /// The bare name of the method, such as "Create".
  public let method: String
  /// Whether the contract allows to repeat a call whose outcome is unknown (`idempotency_level`).
  public let isIdempotent: Bool
  /// Whether the client sends any number of messages.
  public let clientStreams: Bool
  /// Whether the server sends any number of messages.
  public let serverStreams: Bool

  public init(
    service: String, method: String, isIdempotent: Bool = false, clientStreams: Bool = false,
    serverStreams: Bool = false
  ) {
    self.service = service
    self.method = method
    self.isIdempotent = isIdempotent
    self.clientStreams = clientStreams
    self.serverStreams = serverStreams
  }

  /// One message each way.
  public var isUnary: Bool { !clientStreams && !serverStreams }
}

extension MethodDescriptor: CustomStringConvertible {
  /// "service/method", as messages for people name a method.
  public var description: String { "\(service)/\(method)" }
}
