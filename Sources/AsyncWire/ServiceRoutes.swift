import Wire

/// The methods of one service and the code behind them.
public struct ServiceRoutes: Sendable {
  /// The service's full name.
  public let service: String
  /// By bare method name.
  public let methods: [String: (descriptor: MethodDescriptor, handler: MethodHandler)]

  public init(service: String, methods: [String: (descriptor: MethodDescriptor, handler: MethodHandler)]) {
    self.service = service
    self.methods = methods
  }
}
