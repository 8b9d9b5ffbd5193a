import Errors
import Linux

/// Both ends of the streams that the console joins: one socket for a terminal, else a pipe for each.
package struct StreamEnds: Sendable {
  package var ours = AttachedStreams()
  /// What goes with the request, in the order that `gantry.shim.v1.Shim` has.
  package var theirs: [FileDescriptor] = []

  /// - Throws: `GantryError` from pipe2(2) or socketpair(2).
  package init(terminal: Bool, input: Bool, output: Bool, error: Bool) throws(GantryError) {
    guard !terminal else {
      guard input || output || error else { return }
      let (mine, other) = try UnixSocket.pair()
      try mine.setNonBlocking(false)
      ours = AttachedStreams(input: input ? mine : nil, output: output || error ? mine : nil)
      theirs = [other]
      return
    }
    if input {
      let pipe = try FileDescriptor.pipe()
      ours.input = pipe.writeEnd
      theirs.append(pipe.readEnd)
    }
    if output {
      let pipe = try FileDescriptor.pipe()
      ours.output = pipe.readEnd
      theirs.append(pipe.writeEnd)
    }
    if error {
      let pipe = try FileDescriptor.pipe()
      ours.error = pipe.readEnd
      theirs.append(pipe.writeEnd)
    }
  }
}
