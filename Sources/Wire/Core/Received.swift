import Linux

/// What one recvmsg(2) has brought: bytes, and the descriptors that came with them.
package struct Received {
  var bytes: UnsafeRawBufferPointer
  var descriptors: [FileDescriptor]
  /// Some descriptors did not fit; the kernel has closed them.
  var descriptorsLost: Bool

  /// `bytes` must stay valid until the core that takes this has returned.
  package init(_ bytes: UnsafeRawBufferPointer, descriptors: [FileDescriptor] = [], descriptorsLost: Bool = false) {
    self.bytes = bytes
    self.descriptors = descriptors
    self.descriptorsLost = descriptorsLost
  }
}
