import Linux

/// A response message and the descriptors that came with it.
public struct Reply<Response: Sendable>: Sendable {
  public let message: Response
  /// In the order in which the server attached them. They close with their last reference.
  public let descriptors: [FileDescriptor]

  public init(message: Response, descriptors: [FileDescriptor] = []) {
    self.message = message
    self.descriptors = descriptors
  }
}
