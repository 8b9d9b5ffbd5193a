import Errors
import Glibc
import Linux

/// Which streams of a process somebody joins, and the ends that came for them.
struct JoinedStreams {
  /// Whether there is something to join at all.
  let isEmpty: Bool
  let wantsInput: Bool
  let wantsOutput: Bool
  /// In place of the others, where the process has a terminal.
  private(set) var socket: FileDescriptor?
  /// The process may read from it.
  private(set) var input: FileDescriptor?
  /// Of standard output and standard error, where they are wanted.
  private(set) var outputs: [FileDescriptor?] = [nil, nil]

  /// - Parameter ends: as `gantry.shim.v1.Shim` describes them.
  /// - Throws: `.invalidArgument` where there are not as many as there should be, or one is of the wrong kind.
  init(
    input wantsInput: Bool, output wantsOutput: Bool, error wantsError: Bool, isTerminal: Bool, ends: [FileDescriptor]
  ) throws(GantryError) {
    isEmpty = !wantsInput && !wantsOutput && !wantsError
    self.wantsInput = wantsInput
    self.wantsOutput = wantsOutput || (isTerminal && wantsError)
    let expected = isTerminal ? (isEmpty ? 0 : 1) : [wantsInput, wantsOutput, wantsError].count { $0 }
    guard ends.count == expected else {
      throw GantryError(
        .invalidArgument,
        "\(ends.count) streams came where \(expected) are to be joined; is the caller another version?")
    }
    var rest = ends[...]
    if isTerminal {
      socket = try rest.popFirst().map { end throws(GantryError) in try Self.checked(end, S_IFSOCK, "a socket") }
      return
    }
    for (isWanted, place) in [(wantsInput, nil as Int?), (wantsOutput, 0), (wantsError, 1)] where isWanted {
      guard let end = rest.popFirst() else { continue }
      let pipe = try Self.checked(end, S_IFIFO, "a pipe")
      if let place { outputs[place] = pipe } else { input = pipe }
    }
  }

  private static func checked(
    _ end: FileDescriptor, _ kind: mode_t, _ name: String
  ) throws(GantryError) -> FileDescriptor {
    var status = stat()
    try retryingOnInterrupt("fstat", "a stream") { fstat(end.number, &status) }
    guard status.st_mode & S_IFMT == kind else {
      throw GantryError(.invalidArgument, "a stream to be joined is not \(name); hand over \(name)")
    }
    return end
  }
}
