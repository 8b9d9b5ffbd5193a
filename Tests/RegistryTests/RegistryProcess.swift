import AsyncServices
import AsyncWire
import CLinux
import Errors
import Glibc
import Linux
import Messages

/// A gantry-registry of this build, as the supervisor starts it.
final class RegistryProcess: Sendable {
  let client: GantryRegistryV1.RegistryClient
  private let connection: Client
  let pid: pid_t

  /// Where the build put gantryd, which is this program when it is called so; nil where it did not.
  static let program: String? = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let executable = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let directory = executable.split(separator: "/").dropLast().joined(separator: "/")
    let path = "/\(directory)/gantryd"
    return access(path, X_OK) == 0 ? path : nil
  }()

  init(_ arguments: [String] = []) throws {
    guard let program = Self.program else { throw GantryError(.notFound, "gantryd is not built") }
    let (ours, theirs) = try UnixSocket.pair()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, theirs.number, 3)
    var pointers = (["gantry-registry"] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid = pid_t()
    let status = posix_spawn(&pid, program, &actions, nil, &pointers, environ)
    guard status == 0 else { throw GantryError.system("posix_spawn", program, errno: status) }
    self.pid = pid
    connection = try Client(adopting: ours)
    client = .init(connection)
  }

  /// Closes the connection and waits for the program to be gone, as it must be then.
  ///
  /// - Returns: whether it ended by itself, and the most memory it had, in bytes.
  @discardableResult
  func end() -> (isClean: Bool, peakMemory: Int) {
    connection.close()
    let descriptor = FileDescriptor(adopting: gantry_pidfd_open(pid, 0))
    var watched = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    let hasEnded = poll(&watched, 1, 5000) == 1
    if !hasEnded { kill(pid, SIGKILL) }
    var status: Int32 = 0
    var usage = rusage()
    wait4(pid, &status, 0, &usage)
    return (hasEnded && status == 0, usage.ru_maxrss << 10)
  }
}

/// Runs `body` with a configured client, and checks that its process ends in order.
@discardableResult
func withRegistryClient<Value>(
  _ configuration: GantryRegistryV1.ConfigureRequest, _ arguments: [String] = ["--first-retry", "20"],
  _ body: (RegistryProcess) async throws -> Value
) async throws -> Value {
  let process = try RegistryProcess(arguments)
  let outcome: Result<Value, any Error>
  do {
    _ = try await process.client.configure(configuration)
    outcome = .success(try await body(process))
  } catch {
    outcome = .failure(error)
  }
  guard process.end().isClean else { throw GantryError(.internal, "gantry-registry did not end in order") }
  return try outcome.get()
}
