import CLinux
import Glibc
import Launcher
import Linux

/// Standard streams of a container under test.
struct Pipes {
  private let outputReader: FileDescriptor
  private let errorReader: FileDescriptor
  let streams: ProcessStreams

  init(_ input: String) throws {
    let (inputReader, inputWriter) = try FileDescriptor.pipe()
    let (outputReader, outputWriter) = try FileDescriptor.pipe()
    let (errorReader, errorWriter) = try FileDescriptor.pipe()
    try inputWriter.writeAll(Array(input.utf8))
    self.outputReader = outputReader
    self.errorReader = errorReader
    streams = .descriptors(input: inputReader, output: outputWriter, error: errorWriter)
  }

  /// What the process has written, and how it ended. The writers must be closed by now, but for the process's own.
  func outcome(of process: LaunchedProcess) throws -> ContainerFixture.Outcome {
    let code = Pipes.wait(process)
    return .init(output: try Self.drain(outputReader), error: try Self.drain(errorReader), code: code)
  }

  static func wait(_ process: LaunchedProcess) -> Int32 {
    var status: Int32 = 0
    while waitpid(process.pid, &status, 0) < 0, gantry_errno() == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }

  /// What is in the pipe now: the process has ended, and this end of the writer may still be open.
  static func drain(_ reader: FileDescriptor) throws -> String {
    try reader.setNonBlocking(true)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(reader.number, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
