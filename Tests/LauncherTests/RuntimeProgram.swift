import CLinux
import Errors
import Glibc
import Linux

/// The gantry-runtime that was built with these tests.
struct RuntimeProgram {
  let root: String

  /// Beside the test bundle; nil where only the tests were built.
  static let path: String? = {
    let bundles = CommandLine.arguments.compactMap { argument in
      argument.contains(".xctest") ? argument.split(separator: ".xctest", omittingEmptySubsequences: false)[0] : nil
    }
    for bundle in bundles {
      guard let slash = bundle.lastIndex(of: "/") else { continue }
      let path = "\(bundle[..<slash])/gantry-runtime"
      if access(path, X_OK) == 0 { return path }
    }
    return nil
  }()

  struct Outcome {
    var output: String
    var error: String
    var code: Int32
  }

  func callAsFunction(_ arguments: String...) throws -> Outcome { try self(arguments) }

  func callAsFunction(_ arguments: [String]) throws -> Outcome {
    let (outputReader, outputWriter) = try FileDescriptor.pipe()
    let (errorReader, errorWriter) = try FileDescriptor.pipe()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, outputWriter.number, 1)
    posix_spawn_file_actions_adddup2(&actions, errorWriter.number, 2)
    let words = [Self.path ?? "", "--root", root] + arguments
    var argv = words.map { strdup($0) } + [nil]
    defer { for word in argv { free(word) } }
    var pid: pid_t = 0
    guard posix_spawn(&pid, words[0], &actions, nil, &argv, environ) == 0 else {
      throw GantryError(.internal, "posix_spawn \(words)")
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, gantry_errno() == EINTR {}
    return Outcome(
      output: try Pipes.drain(outputReader), error: try Pipes.drain(errorReader), code: (status >> 8) & 0xFF)
  }
}
