import Linux

/// What a caller may say about one call.
public struct CallOptions: Sendable {
  /// How long the caller waits; it travels with the request and binds the server too. nil is for ever.
  public var timeout: Duration?
  public var metadata: Metadata
  /// Descriptors that travel with the request, at most `MessageLimits.descriptors`.
  public var descriptors: [FileDescriptor]

  public init(timeout: Duration? = nil, metadata: Metadata = .init(), descriptors: [FileDescriptor] = []) {
    self.timeout = timeout
    self.metadata = metadata
    self.descriptors = descriptors
  }
}
