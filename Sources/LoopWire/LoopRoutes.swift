import Wire

/// The methods of one service and the callbacks behind them.
public struct LoopRoutes {
  public typealias Handler = (_ payload: [UInt8], LoopRawCall) -> Void

  /// The service's full name.
  public let service: String
  /// By bare method name.
  public let methods: [String: (descriptor: MethodDescriptor, handler: Handler)]

  public init(service: String, methods: [String: (descriptor: MethodDescriptor, handler: Handler)]) {
    self.service = service
    self.methods = methods
  }
}
