import AsyncServices
import AsyncWire
import CLinux
import Errors
import Glibc
import Linux
import Messages

/// A gantry-worker of this build, as the supervisor starts it.
final class WorkerProcess: Sendable {
  let client: GantryWorkerV1.WorkerClient
  let connection: Client
  let pid: pid_t

  /// Where the build put gantryd, which is a worker when it is called so; nil where it did not.
  static let program: String? = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let executable = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let directory = executable.split(separator: "/").dropLast().joined(separator: "/")
    let path = "/\(directory)/gantryd"
    return access(path, X_OK) == 0 ? path : nil
  }()

  init() throws {
    guard let program = Self.program else { throw GantryError(.notFound, "gantryd is not built") }
    let (ours, theirs) = try UnixSocket.pair()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, theirs.number, 3)
    var arguments = [strdup("gantry-worker"), nil]
    defer { for argument in arguments { free(argument) } }
    var pid = pid_t()
    let status = posix_spawn(&pid, program, &actions, nil, &arguments, environ)
    guard status == 0 else { throw GantryError.system("posix_spawn", program, errno: status) }
    self.pid = pid
    connection = try Client(adopting: ours)
    client = .init(connection)
  }

  /// Closes the connection and waits for the worker to be gone, as it must be then.
  func end() -> Bool {
    connection.close()
    let descriptor = FileDescriptor(adopting: gantry_pidfd_open(pid, 0))
    var watched = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    let hasEnded = poll(&watched, 1, 5000) == 1
    if !hasEnded { kill(pid, SIGKILL) }
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    return hasEnded && status == 0
  }

  func applyLayer(_ request: GantryWorkerV1.ApplyLayerRequest, blob: FileDescriptor) async throws
    -> GantryWorkerV1.ApplyLayerResult?
  {
    var result: GantryWorkerV1.ApplyLayerResult?
    for try await event in try await client.applyLayer(request, options: .init(descriptors: [blob])) {
      if case .result(let value) = event.event { result = value }
    }
    return result
  }

  func readArchive(_ request: GantryWorkerV1.ReadArchiveRequest, archive: FileDescriptor, staging: FileDescriptor)
    async throws -> GantryWorkerV1.ReadArchiveResult?
  {
    var result: GantryWorkerV1.ReadArchiveResult?
    let events = try await client.readArchive(request, options: .init(descriptors: [archive, staging]))
    for try await event in events {
      if case .result(let value) = event.event { result = value }
    }
    return result
  }
}
