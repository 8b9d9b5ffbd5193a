import CLinux
import Errors
import Glibc
import Linux

extension ChildProcess {
  /// Flags of posix_spawn(3) that glibc hides behind _GNU_SOURCE or defines as macros with casts.
  private static let setProcessGroup: Int16 = 0x02
  private static let setSignalDefaults: Int16 = 0x04
  private static let setSignalMask: Int16 = 0x08
  private static let setSession: Int16 = 0x80

  /// - Returns: the new process's id.
  static func posixSpawn(_ request: SpawnRequest) throws(GantryError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let sources = try add(request.descriptors, to: &actions)
    defer { withExtendedLifetime(sources) {} }
    if let directory = request.workingDirectory { _ = gantry_spawn_add_directory(&actions, directory) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    set(&attributes, leadsSession: request.leadsSession)

    let arguments = request.arguments.map { strdup($0) } + [nil]
    let environment = request.environment.map { strdup($0) } + [nil]
    defer { for string in arguments + environment { free(string) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, request.executable, &actions, &attributes, arguments, environment)
    guard result == 0 else { throw failure(request, errno: result) }
    return pid
  }

  private static func failure(_ request: SpawnRequest, errno: Int32) -> GantryError {
    if let directory = request.workingDirectory, access(directory, X_OK) != 0 {
      return .system("chdir", directory, errno: errno)
    }
    return .system("execve", request.executable, errno: errno)
  }

  /// Signals as a fresh process has them: none blocked, none ignored, whatever the spawning thread has.
  private static func set(_ attributes: inout posix_spawnattr_t, leadsSession: Bool) {
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let group = leadsSession ? setSession : setProcessGroup
    posix_spawnattr_setflags(&attributes, setSignalDefaults | setSignalMask | group)
    posix_spawnattr_setpgroup(&attributes, 0)
  }

  /// - Returns: descriptors that must stay open until the process is started.
  private static func add(
    _ descriptors: [(descriptor: FileDescriptor, number: Int32)], to actions: inout posix_spawn_file_actions_t
  ) throws(GantryError) -> [FileDescriptor] {
    // A source must not be overwritten by an earlier target: sources are moved out of the way first.
    let lowest = (descriptors.map(\.number).max() ?? 2) + 1
    var sources: [FileDescriptor] = []
    for number in 0...1 where !descriptors.contains(where: { $0.number == Int32(number) }) {
      posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
    }
    for (descriptor, number) in descriptors {
      if descriptor.number == number {
        posix_spawn_file_actions_adddup2(&actions, number, number)
        continue
      }
      let copy = try retryingOnInterrupt("fcntl") { gantry_fcntl(descriptor.number, F_DUPFD_CLOEXEC, Int(lowest)) }
      sources.append(FileDescriptor(adopting: copy))
      posix_spawn_file_actions_adddup2(&actions, copy, number)
    }
    return sources
  }
}
