import CLinux
import Errors
import Glibc
import Linux

/// The three streams of a command.
package struct Console: Sendable {
  package let input: FileDescriptor
  package let output: FileDescriptor
  package let error: FileDescriptor

  package init(input: FileDescriptor, output: FileDescriptor, error: FileDescriptor) {
    self.input = input
    self.output = output
    self.error = error
  }

  /// The process's own. To be made once: the descriptors close with it.
  package static func standard() -> Console {
    Console(
      input: FileDescriptor(adopting: 0), output: FileDescriptor(adopting: 1), error: FileDescriptor(adopting: 2))
  }

  /// Writes to standard output.
  ///
  /// - Throws: `CommandFailure.silent` where nobody reads any more, `.local` for a full disk and the like.
  package func print(_ text: String) throws(CommandFailure) {
    guard !text.isEmpty else { return }
    do {
      try output.writeAll(Array(text.utf8))
    } catch {
      // What a shell shows for a writer that SIGPIPE has ended.
      throw error.errno == EPIPE ? .silent(exitCode: 141) : .local("standard output: \(error.message)")
    }
  }

  /// Writes a line to standard error; there is nobody left to tell if that fails.
  package func complain(_ text: String) { try? error.writeAll(Array((text + "\n").utf8)) }

  package var inputIsTerminal: Bool { isatty(input.number) == 1 }
  package var outputIsTerminal: Bool { isatty(output.number) == 1 }

  /// Columns and rows of a terminal; nil for anything else.
  package static func windowSize(of descriptor: FileDescriptor) -> (columns: UInt16, rows: UInt16)? {
    var columns: UInt16 = 0
    var rows: UInt16 = 0
    guard gantry_get_window_size(descriptor.number, &columns, &rows) == 0, columns > 0 else { return nil }
    return (columns, rows)
  }
}
