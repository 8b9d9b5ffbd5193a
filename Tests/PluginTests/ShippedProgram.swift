import Errors
import Glibc
import Linux
import Processes
import Testing

/// The program that plays every shipped plugin, gantryd, as the build leaves it beside the tests.
enum ShippedProgram {
  /// A link of that name to it, as an installation has them.
  static func link(_ name: String, in directory: String) throws -> String {
    try #require(BuiltProgram.isBuilt("gantryd"), "gantryd must be built beside the tests")
    let path = "\(directory)/\(name)"
    guard symlink(BuiltProgram.path("gantryd"), path) == 0 else { throw GantryError.system("symlink", path) }
    return path
  }

  /// Runs it until it ends.
  ///
  /// - Returns: how it ended, and its standard error.
  static func output(of program: String, _ arguments: String...) async throws -> (
    status: Processes.ExitStatus, error: String
  ) {
    let (process, output) = try start([program] + arguments)
    let status = try await withDeadline(.seconds(10), "the program did not end") { try await process.waitUntilExit() }
    return (status, String(decoding: try output.readAll(), as: UTF8.self))
  }

  /// - Returns: the process, and the end to read its standard error from; nobody else here has the other one.
  private static func start(_ command: [String]) throws -> (ChildProcess, FileDescriptor) {
    let output = try FileDescriptor.pipe()
    let process = try ChildProcess.spawn(
      SpawnRequest(
        executable: command[0], arguments: command, environment: [], descriptors: [(output.writeEnd, 2)]))
    return (process, output.readEnd)
  }
}
