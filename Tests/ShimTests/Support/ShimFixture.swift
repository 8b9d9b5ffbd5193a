import AsyncServices
import AsyncWire
import Glibc
import JSON
import Linux
import Messages
import Shim
import Synchronization
import Testing

/// A real `gantry-shim` as a supervisor starts it, with a bundle of busybox in a scratch directory.
final class ShimFixture: Sendable {
  let id: String
  let scratch: String
  private let serving: Mutex<(pid: pid_t, client: Client)>
  var pid: pid_t { serving.withLock { $0.pid } }
  var client: Client { serving.withLock { $0.client } }
  var tasks: ContainerdTaskV2.TaskClient { .init(client) }
  var shim: GantryShimV1.ShimClient { .init(client) }
  var bundle: String { "\(scratch)/run/shims/gantry/\(id)" }
  var socket: String { "\(bundle)/shim.sock" }
  var logPath: String { "\(scratch)/log/\(id)-json.log" }

  /// Runs `body` with a shim, and leaves nothing behind.
  static func use(
    events: String = "", _ body: (ShimFixture) async throws -> Void
  ) async throws {
    let fixture = try await ShimFixture(events: events)
    do {
      try await body(fixture)
    } catch {
      await fixture.end()
      throw error
    }
    await fixture.end()
  }

  private init(events: String) async throws {
    let id = "shimtest-\(getpid())-\(UInt32.random(in: 0...999_999))"
    let scratch = "/tmp/gantry-\(id)"
    self.id = id
    self.scratch = scratch
    for directory in ["", "/log", "/run", "/run/shims", "/run/shims/gantry", "/run/shims/gantry/\(id)"] {
      try retryingOnInterrupt("mkdir") { mkdir(scratch + directory, 0o755) }
    }
    let bundle = "\(scratch)/run/shims/gantry/\(id)"
    try Self.makeRoot("\(bundle)/rootfs")
    serving = Mutex(try await Self.launch("serve", id: id, bundle: bundle, events: events))
  }

  private static func launch(
    _ action: String, id: String, bundle: String, events: String
  ) async throws -> (pid: pid_t, client: Client) {
    let listener = try UnixSocket.listen(path: "\(bundle)/shim.sock")
    let command = "cd \(bundle) && exec \(Busybox.shimPath) -namespace gantry -id \(id) \(action)"
    let pid = try ProgramLaunch(
      path: "/bin/sh", arguments: ["sh", "-c", command],
      environment: ["GANTRY_SHIM_SOCKET=3", "PATH=/usr/bin:/bin"] + (events.isEmpty ? [] : ["TTRPC_ADDRESS=\(events)"]),
      descriptors: [3: listener]
    ).spawn()
    return (pid, try await Client.connect(path: "\(bundle)/shim.sock"))
  }

  /// Kills the shim and lets another take over.
  func replace() async throws {
    let (pid, client) = serving.withLock { $0 }
    client.close()
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    // A container that waits to be started has the socket, too, for as long as it takes to die.
    for _ in 0..<200 {
      guard let waiting = try? UnixSocket.connect(path: socket) else { break }
      _ = waiting
      try await Task.sleep(for: .milliseconds(10))
    }
    let next = try await Self.launch("recover", id: id, bundle: bundle, events: "")
    serving.withLock { $0 = next }
  }

  private static func makeRoot(_ root: String) throws {
    for directory in ["", "/bin", "/proc", "/dev", "/tmp", "/etc", "/sys"] {
      try retryingOnInterrupt("mkdir") { mkdir(root + directory, 0o755) }
    }
    let program = try FileDescriptor.open(Busybox.path, O_RDONLY).readAll()
    try FileDescriptor.open("\(root)/bin/busybox", O_WRONLY | O_CREAT, mode: 0o755).writeAll(program)
    for name in ["sh", "cat", "echo", "sleep", "true", "stty", "tty", "head", "yes", "seq", "dd", "kill", "ps", "id"] {
      try retryingOnInterrupt("symlink") { symlink("busybox", "\(root)/bin/\(name)") }
    }
  }

  func describe(_ command: [String], terminal: Bool = false, memoryInBytes: Int64? = nil) throws {
    let specification = BundleSpecification.make(
      command: command, terminal: terminal, cgroup: "/gantry-test/\(id)", memoryInBytes: memoryInBytes)
    try FileDescriptor.open("\(bundle)/config.json", O_WRONLY | O_CREAT | O_TRUNC)
      .writeAll(specification.serialized())
  }

  /// Writes the specification and makes the container.
  func create(
    _ command: [String], terminal: Bool = false, log: GantryShimV1.LogConfig? = nil, openInput: Bool = false,
    inputOnce: Bool = false, memoryInBytes: Int64? = nil
  ) async throws {
    try describe(command, terminal: terminal, memoryInBytes: memoryInBytes)
    _ = try await shim.create(
      .init(
        task: .init(id: id, bundle: bundle, terminal: terminal),
        log: log ?? .init(driver: "json-file", path: logPath, maxFiles: 1), openStdin: openInput,
        stdinOnce: inputOnce), options: .init(timeout: .seconds(20)))
  }

  func start() async throws {
    _ = try await tasks.start(.init(id: id), options: .init(timeout: .seconds(20)))
  }

  func wait(_ execID: String = "", seconds: Int = 30) async throws -> UInt32 {
    try await tasks.wait(.init(id: id, execId: execID), options: .init(timeout: .seconds(seconds))).exitStatus
  }

  /// Joins streams.
  ///
  /// - Returns: our ends: standard input, output, error, in this order; one socket for a terminal.
  func attach(
    input: Bool = false, output: Bool = true, error: Bool = false, isTerminal: Bool = false
  ) async throws -> [FileDescriptor] {
    var (ours, theirs) = try Self.ends(input: input, output: output, error: error, isTerminal: isTerminal)
    let reply = try await shim.attachReply(
      .init(id: id, stdin: input, stdout: output, stderr: error), options: .init(descriptors: theirs))
    theirs = []
    if let own = reply.descriptors.first { ours[0] = own }
    return ours
  }

  /// Both ends of what somebody joins.
  static func ends(
    input: Bool, output: Bool, error: Bool, isTerminal: Bool
  ) throws -> (ours: [FileDescriptor], theirs: [FileDescriptor]) {
    if isTerminal {
      let (mine, other) = try UnixSocket.pair()
      try mine.setNonBlocking(false)
      return ([mine], [other])
    }
    var (ours, theirs): ([FileDescriptor], [FileDescriptor]) = ([], [])
    for (isWanted, isInput) in [(input, true), (output, false), (error, false)] where isWanted {
      let (readEnd, writeEnd) = try FileDescriptor.pipe()
      ours.append(isInput ? writeEnd : readEnd)
      theirs.append(isInput ? readEnd : writeEnd)
    }
    return (ours, theirs)
  }

  func log() throws -> String {
    String(decoding: try FileDescriptor.open(logPath, O_RDONLY).readAll(limit: 1 << 30), as: UTF8.self)
  }

  private func end() async {
    _ = try? await tasks.kill(.init(id: id, signal: UInt32(SIGKILL)), options: .init(timeout: .seconds(5)))
    _ = try? await wait(seconds: 5)
    _ = try? await tasks.delete(.init(id: id), options: .init(timeout: .seconds(10)))
    _ = try? await tasks.shutdown(.init(id: id), options: .init(timeout: .seconds(5)))
    client.close()
    var status: Int32 = 0
    var attempts = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      attempts += 1
      if attempts == 300 {
        Issue.record("shim \(pid) did not end by itself")
        kill(pid, SIGKILL)
      }
      try? await Task.sleep(for: .milliseconds(10))
    }
    #expect(status == 0, "the shim ended with wait status \(status)")
    let script = "rm -rf \(scratch); rmdir /sys/fs/cgroup/gantry-test /sys/fs/cgroup/*/gantry-test 2>/dev/null"
    let remove = try? ProgramLaunch(
      path: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"]
    ).spawn()
    if let remove { waitpid(remove, &status, 0) }
  }
}
