import Linux

/// One message as it travels: its encoding, and the descriptors that came along.
public struct RawMessage: Sendable {
  public let payload: [UInt8]
  public let descriptors: [FileDescriptor]

  public init(payload: [UInt8], descriptors: [FileDescriptor] = []) {
    self.payload = payload
    self.descriptors = descriptors
  }
}
