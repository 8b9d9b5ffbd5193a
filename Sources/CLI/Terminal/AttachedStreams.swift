import Linux

/// This side of a process's streams.
package struct AttachedStreams: Sendable {
  package var input: FileDescriptor?
  package var output: FileDescriptor?
  package var error: FileDescriptor?

  package init(input: FileDescriptor? = nil, output: FileDescriptor? = nil, error: FileDescriptor? = nil) {
    self.input = input
    self.output = output
    self.error = error
  }
}
