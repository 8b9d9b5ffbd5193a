import CLinux
import Errors
import Linux

/// A process's streams as they come with an answer.
package struct AttachedStreams: Sendable {
  package var input: FileDescriptor?
  package var output: FileDescriptor?
  package var error: FileDescriptor?

  /// Sorts descriptors out: one socket for a terminal, else one pipe for each stream that was asked for.
  ///
  /// - Throws: `.dataLoss` where there are not as many as there should be.
  package init(
    _ descriptors: [FileDescriptor], terminal: Bool, input: Bool, output: Bool, error: Bool
  ) throws(GantryError) {
    let expected = terminal ? 1 : [input, output, error].count { $0 }
    guard descriptors.count == expected else {
      throw GantryError(
        .dataLoss,
        "the engine handed over \(descriptors.count) streams where there should be \(expected); is it another version?")
    }
    if terminal {
      self.input = input ? descriptors[0] : nil
      self.output = output || error ? descriptors[0] : nil
      return
    }
    var rest = descriptors[...]
    if input { self.input = rest.popFirst() }
    if output { self.output = rest.popFirst() }
    if error { self.error = rest.popFirst() }
  }
}
