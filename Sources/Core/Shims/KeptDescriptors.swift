import Linux

/// Duplicates of what one process of a container hangs on: its terminal, its pipes, the process itself. As long as they
/// are kept, a shim that is killed takes nothing with it; the one that takes over inherits them.
public struct KeptDescriptors: Sendable {
  /// "" is the container's first process.
  public let execID: String
  /// By the kinds that `gantry.shim.v1.Keep` names.
  public let descriptors: [String: FileDescriptor]

  /// - Parameter kinds: what the descriptors are, in their order.
  public init(execID: String, kinds: [String], descriptors: [FileDescriptor]) {
    self.execID = execID
    self.descriptors = Dictionary(zip(kinds, descriptors)) { first, _ in first }
  }

  /// What a shim is told of the descriptors it inherits: `GANTRY_SHIM_KEPT`, and the numbers they are to have.
  static func inheritance(
    of kept: [KeptDescriptors], from first: Int32
  ) -> (variable: String, descriptors: [(FileDescriptor, Int32)]) {
    var words: [String] = []
    var descriptors: [(FileDescriptor, Int32)] = []
    for process in kept.sorted(by: { $0.execID < $1.execID }) {
      for (kind, descriptor) in process.descriptors.sorted(by: { $0.key < $1.key }) {
        let number = first + Int32(descriptors.count)
        words.append("\(number)=\(kind):\(process.execID)")
        descriptors.append((descriptor, number))
      }
    }
    return ("GANTRY_SHIM_KEPT=\(words.joined(separator: ","))", descriptors)
  }
}
