import Errors
import Glibc
import Linux

/// A program of the tests' surroundings, ended with its last reference.
final class Daemon: Sendable {
  let pid: pid_t
  private let output: FileDescriptor

  /// - Parameter log: file that its standard error goes to.
  init(_ arguments: [String], log: String) throws {
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    output = readEnd
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, writeEnd.number, 1)
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid = pid_t()
    let status = posix_spawnp(&pid, arguments[0], &actions, nil, &pointers, environ)
    guard status == 0 else { throw GantryError.system("posix_spawn", arguments[0], errno: status) }
    self.pid = pid
  }

  deinit {
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// The numbers on the next line it writes, within ten seconds.
  func numbers() throws -> [Int] {
    var text: [UInt8] = []
    while text.last != UInt8(ascii: "\n") {
      var watched = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
      guard poll(&watched, 1, 10_000) == 1 else { throw GantryError(.deadlineExceeded, "a daemon says nothing") }
      var byte: UInt8 = 0
      guard read(output.number, &byte, 1) == 1 else { throw GantryError(.unavailable, "a daemon has ended") }
      text.append(byte)
    }
    return String(decoding: text, as: UTF8.self).split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
  }

  /// Runs a program to its end; what it says goes nowhere.
  ///
  /// - Returns: its exit status; nil where there is no such program.
  @discardableResult
  static func run(_ arguments: [String]) -> Int32? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for number in [1, 2] as [Int32] { posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_WRONLY, 0) }
    var pid = pid_t()
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    guard posix_spawnp(&pid, arguments[0], &actions, nil, &pointers, environ) == 0 else { return nil }
    var status: Int32 = 0
    guard waitpid(pid, &status, 0) == pid else { return nil }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128
  }

  static func has(_ program: String) -> Bool {
    ["/usr/bin/", "/bin/", "/usr/local/bin/", "/usr/sbin/"].contains { access($0 + program, X_OK) == 0 }
  }

  /// The repository's folder of programs for tests.
  static let support: String = {
    let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(here)/EndToEnd/Support"
  }()
}
