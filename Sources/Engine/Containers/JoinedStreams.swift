import Errors
import Linux

/// Which standard streams of a process somebody joins, and the ends that they brought.
package struct JoinedStreams: Sendable {
  package private(set) var input: Bool
  package let output: Bool
  package let error: Bool
  /// In the order that `gantry.shim.v1.Shim` has.
  package private(set) var ends: [FileDescriptor]

  /// - Parameter ends: as they came with the request.
  package init(input: Bool, output: Bool, error: Bool, ends: [FileDescriptor]) {
    self.input = input
    self.output = output
    self.error = error
    self.ends = ends
  }

  package static let none = JoinedStreams(input: false, output: false, error: false, ends: [])

  package var isEmpty: Bool { !input && !output && !error }

  /// Without standard input, which is /dev/null in a container that does not keep it open.
  func fitting(_ record: ContainerRecord) -> JoinedStreams {
    guard input, !record.settings.openStdin else { return self }
    var fitting = self
    fitting.input = false
    if !record.runtime.terminal || (!output && !error) { fitting.ends = Array(ends.dropFirst()) }
    return fitting
  }
}
