import CLI
import Errors
import Foundation
import Linux

/// Runs whole command lines in this process, their streams in files.
enum CommandRun {
  static func run(
    _ arguments: [String], input: String = "", directory: String = "/tmp", environment: [String: String] = [:]
  ) async throws -> FakeEngine.Outcome {
    func scratch() throws -> FileDescriptor {
      let path = "\(directory)/gantry-cli-stream-\(UUID().uuidString)"
      defer { unlink(path) }
      return try FileDescriptor.open(path, O_CREAT | O_EXCL | O_RDWR, mode: 0o600)
    }
    let (source, output, error) = (try scratch(), try scratch(), try scratch())
    try source.writeAll(Array(input.utf8))
    lseek(source.number, 0, SEEK_SET)
    let exitCode = await Program.run(
      arguments,
      in: Surroundings(
        console: Console(input: source, output: output, error: error), environment: { environment[$0] },
        workingDirectory: directory, catchesSignals: false))
    func text(_ file: FileDescriptor) throws -> String {
      lseek(file.number, 0, SEEK_SET)
      return String(decoding: try file.readAll(), as: UTF8.self)
    }
    return .init(exitCode: exitCode, output: try text(output), error: try text(error))
  }
}

extension Moment {
  static var nowInSeconds: Int64 { now.seconds }
}
