import CLinux
import Errors
import Glibc
import Linux

/// What a supervisor kept of the processes whose shim was killed, handed to the one that takes over: `GANTRY_SHIM_KEPT`
/// names each inherited descriptor, its kind as in `gantry.shim.v1.Keep`, and the process: "4=process:,5=terminal:EXEC".
package struct InheritedDescriptors {
  static let variable = "GANTRY_SHIM_KEPT"

  private var descriptors: [String: FileDescriptor] = [:]

  package init() {}

  /// Adopts the descriptors that `text` names.
  ///
  /// - Throws: `.invalidArgument` where it names something that is no open descriptor.
  package init(parsing text: String) throws(GantryError) {
    for part in text.split(separator: ",") {
      let words = part.split(separator: "=", maxSplits: 1)
      guard words.count == 2, words[1].contains(":"), let number = Int32(words[0]), number > 2 else {
        throw GantryError(.invalidArgument, "\(Self.variable): \"\(part)\" is not NUMBER=KIND:PROCESS")
      }
      try retryingOnInterrupt("fcntl", "\(Self.variable)=\(part)") { gantry_fcntl(number, F_GETFD, 0) }
      descriptors[String(words[1])] = FileDescriptor(adopting: number)
    }
  }

  /// - Throws: as `init(parsing:)`.
  static func fromEnvironment() throws(GantryError) -> InheritedDescriptors {
    guard let text = ProcessEnvironment.value(variable) else { return InheritedDescriptors() }
    unsetenv(variable)
    return try InheritedDescriptors(parsing: text)
  }

  /// The descriptor of that kind, once.
  ///
  /// - Parameter execID: "" is the container's first process.
  package mutating func take(_ kind: String, of execID: String) -> FileDescriptor? {
    descriptors.removeValue(forKey: "\(kind):\(execID)")
  }
}
