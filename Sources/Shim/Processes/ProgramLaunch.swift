import CLinux
import Errors
import Glibc
import Linux

/// A program of the host that the shim starts: itself as a daemon, or a logger.
package struct ProgramLaunch {
  package var path: String
  package var arguments: [String]
  package var environment: [String]
  /// What the program finds under which number; 0, 1 and 2 are /dev/null unless named.
  package var descriptors: [Int32: FileDescriptor] = [:]
  package var startsSession = false

  package init(
    path: String, arguments: [String], environment: [String], descriptors: [Int32: FileDescriptor] = [:],
    startsSession: Bool = false
  ) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.descriptors = descriptors
    self.startsSession = startsSession
  }

  /// - Returns: the process, a child of ours.
  /// - Throws: `GantryError` from posix_spawn(3).
  package func spawn() throws(GantryError) -> pid_t {
    let null = try FileDescriptor.open("/dev/null", O_RDWR)
    var wanted: [Int32: FileDescriptor] = [0: null, 1: null, 2: null]
    wanted.merge(descriptors) { $1 }
    // Moved out of the way of the numbers they are to get.
    var moved: [(target: Int32, source: FileDescriptor)] = []
    for (target, descriptor) in wanted.sorted(by: { $0.key < $1.key }) {
      let number = try retryingOnInterrupt("fcntl") { gantry_fcntl(descriptor.number, F_DUPFD_CLOEXEC, 64) }
      moved.append((target, FileDescriptor(adopting: number)))
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in moved { posix_spawn_file_actions_adddup2(&actions, source.number, target) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let group = startsSession ? gantry_posix_spawn_setsid : Int16(POSIX_SPAWN_SETPGROUP)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | group)
    var pid: pid_t = 0
    let status = Self.withCStrings(arguments) { arguments in
      Self.withCStrings(environment) { environment in
        posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
      }
    }
    guard status == 0 else { throw .system("posix_spawn", path, errno: status) }
    return pid
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}
