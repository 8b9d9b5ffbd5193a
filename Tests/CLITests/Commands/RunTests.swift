import CLI
import Glibc
import Linux
import Messages
import Testing

@Suite struct RunTests {
  private static let end = "\n\nRun 'gantry run --help' for more information\n"

  @Test func `the container's output and exit code are the command's`() async throws {
    let engine = try FakeEngine()
    let outcome = try await engine.run("run", "busybox", "both")
    #expect(outcome == .init(exitCode: 0, output: "out\n", error: "err\n"))
    #expect(try await engine.run("run", "--rm", "busybox", "fail", "7").exitCode == 7)
  }

  @Test func `three calls are all it takes`() async throws {
    let engine = try FakeEngine()
    _ = try await engine.run("run", "busybox", "echo", "hi")
    #expect(engine.calls.sorted() == ["create", "start", "wait"])
    #expect(engine.calls.first == "create")
  }

  @Test func `standard input goes through and its end too`() async throws {
    let engine = try FakeEngine()
    let outcome = try await engine.run("run", "-i", "busybox", "cat", input: "hello\n")
    #expect(outcome == .init(exitCode: 0, output: "hello\n", error: ""))
  }

  @Test func `much output comes whole`() async throws {
    let engine = try FakeEngine()
    #expect(try await engine.run("run", "busybox", "big").output.utf8.count == 1 << 20)
  }

  @Test(arguments: [
    ("nosuch", 127, "exec: \"nosuch\": executable file not found in $PATH"),
    ("/etc", 126, "exec: \"/etc\": permission denied"),
    ("limit", 125, "error setting rlimit type 7: operation not permitted"),
  ])
  func `a start that fails has the shells' exit codes`(_ command: String, _ code: Int32, _ reason: String) async throws
  {
    let engine = try FakeEngine()
    let outcome = try await engine.run("run", "busybox", command)
    #expect(
      outcome == .init(exitCode: code, output: "", error: "gantry: Error response from daemon: \(reason)\(Self.end)"))
    let detached = try await engine.run("run", "-d", "busybox", command)
    #expect(detached.exitCode == code)
    #expect(detached.output == String(repeating: "1", count: 64) + "\n")
  }

  @Test func `a start without an answer is one where the container runs`() async throws {
    let engine = try FakeEngine()
    let outcome = try await engine.run("run", "--rm", "busybox", "echo", "unanswered")
    #expect(outcome == .init(exitCode: 0, output: "unanswered\n", error: ""))
    let detached = try await engine.run("run", "-d", "busybox", "echo", "unanswered")
    #expect(detached == .init(exitCode: 0, output: String(repeating: "1", count: 64) + "\n", error: ""))
    #expect(!engine.calls.contains { $0.hasPrefix("remove") })
  }

  @Test(arguments: [[], ["-d"]])
  func `what was never started goes where it was to go with its end`(_ options: [String]) async throws {
    let engine = try FakeEngine()
    for (index, removal) in [[], ["--rm"]].enumerated() {
      let outcome = try await CommandRun.run(
        ["-H", "unix://\(engine.socket)", "run"] + options + removal + ["busybox", "unstarted", "unanswered"],
        directory: engine.directory)
      #expect(outcome.exitCode == 125)
      #expect(outcome.error == "gantry: Error response from daemon: the engine went away\(Self.end)")
      let removals = engine.calls.filter { $0.hasPrefix("remove") }
      #expect(removals == (index == 0 ? [] : ["remove \(String(repeating: "1", count: 64)) false"]))
    }
  }

  @Test(arguments: [
    (["--pull", "never", "nosuch"], "Error response from daemon: No such image: nosuch:latest"),
    (
      ["--name", "taken", "b"], "Error response from daemon: Conflict. The container name \"/taken\" is already in use"
    ),
    (["BusyBox"], "invalid reference format: repository name (library/BusyBox) must be lowercase"),
    (["--pid", "x", "b"], "--pid: invalid PID mode"), (["--cgroupns", "x", "b"], "--cgroupns: invalid CGROUP mode"),
    (["--pull", "x", "b"], "invalid pull option: 'x': must be one of \"always\", \"missing\" or \"never\""),
    (["--security-opt", "x", "b"], "Invalid --security-opt: \"x\""),
    (["--env-file", "/nosuch", "b"], "open /nosuch: no such file or directory"),
    (["--network", "", "b"], "no name set for network"),
    (["--rm", "--restart", "always", "b"], "conflicting options: cannot specify both --restart and --rm"),
    (
      ["--network", "none", "--net", "bridge", "b"],
      "Error response from daemon: Container cannot be connected to network endpoints: bridge, none"
    ),
    (
      ["--cidfile", "/nosuch/x", "b"],
      "failed to create the container ID file: open /nosuch/x: no such file or directory"
    ),
    (["-v", ":/a", "b"], "invalid spec: :/a: empty section between colons"),
    (["-v", "a:b:c:d", "b"], "Error response from daemon: invalid volume specification: 'a:b:c:d'"),
    (["--detach-keys", "foo", "b"], "Unknown character: 'foo'"),
    (
      ["--mount", "type=bind,src=/nosuch,dst=/x", "b"],
      "Error response from daemon: invalid mount config for type \"bind\": bind source path does not exist: /nosuch"
    ),
    (
      ["-p", "80:80", "b"],
      "--publish is not supported by this version of gantry; use --network host to reach the container's ports"
    ),
  ])
  func `what goes wrong before the start is 125 and one sentence`(_ words: [String], _ sentence: String) async throws {
    let engine = try FakeEngine()
    let outcome = try await CommandRun.run(["-H", engine.socket, "run"] + words, directory: engine.directory)
    #expect(outcome == .init(exitCode: 125, output: "", error: "gantry: \(sentence)\(Self.end)"))
    #expect(!engine.calls.contains("start"))
  }

  @Test(arguments: [
    (["-it", "b"], "the input device is not a TTY\n"),
    (["-d", "-a", "stdout", "b"], "conflicting options: cannot specify both --attach and --detach\n"),
  ])
  func `some mistakes have Docker's 1`(_ words: [String], _ text: String) async throws {
    let outcome = try await CommandRun.run(["-H", "/nosuch", "run"] + words)
    #expect(outcome == .init(exitCode: 1, output: "", error: text))
  }

  @Test(arguments: [
    (["--rm", "--restart", "on-failure:3", "b"], "conflicting options: cannot specify both --restart and --rm"),
    (["-v", ":/a", "b"], "invalid spec: :/a: empty section between colons"),
    (["--pid", "x", "b"], "--pid: invalid PID mode"),
  ])
  func `a command line that create cannot take is told as run tells it`(
    _ words: [String], _ sentence: String
  ) async throws {
    let outcome = try await CommandRun.run(["-H", "/nosuch", "create"] + words)
    let end = "\n\nRun 'gantry create --help' for more information\n"
    #expect(outcome == .init(exitCode: 125, output: "", error: "gantry: \(sentence)\(end)"))
  }

  @Test(arguments: [
    (["BusyBox"], "invalid reference format: repository name (library/BusyBox) must be lowercase\n"),
    (["-v", "/a:/b:zap", "b"], "Error response from daemon: invalid mode: zap\n"),
  ])
  func `what Docker's create finds later has its 1`(_ words: [String], _ text: String) async throws {
    let outcome = try await CommandRun.run(["-H", "/nosuch", "create"] + words)
    #expect(outcome == .init(exitCode: 1, output: "", error: text))
  }

  @Test func `in the background the id is printed`() async throws {
    let engine = try FakeEngine()
    let outcome = try await engine.run("run", "-d", "--name", "warned", "busybox", "sleep")
    #expect(
      outcome == .init(exitCode: 0, output: String(repeating: "0", count: 64) + "\n", error: "WARNING: careful\n"))
    #expect(engine.calls == ["create", "start"])
  }

  @Test func `an engine that goes away and comes back still tells the exit code`() async throws {
    let engine = try FakeEngine()
    async let outcome = engine.run("run", "-i", "--name", "c", "busybox", "sleep")
    try await engine.hears("start")
    await engine.crash()
    try await engine.isMissed()
    try engine.process("c").exit(9)
    try engine.listen()
    #expect(try await outcome.exitCode == 9)
  }

  @Test func `a container that is gone with its exit has its exit code from the events`() async throws {
    let engine = try FakeEngine()
    #expect(try await engine.run("run", "--rm", "busybox", "vanish") == .init(exitCode: 6, output: "", error: ""))
  }

  @Test func `a reader that goes away ends the command, not the container`() async throws {
    let engine = try FakeEngine()
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    let console = Console(
      input: try FileDescriptor.open("/dev/null", 0), output: writeEnd, error: try FileDescriptor.open("/dev/null", 1))
    let command = Task { [socket = engine.socket] in
      await Program.run(
        ["-H", socket, "run", "--name", "c", "busybox", "sleep"],
        in: Surroundings(
          console: console, environment: { _ in nil }, workingDirectory: "/", catchesSignals: false))
    }
    try await engine.hears("start")
    let process = try engine.process("c")
    try process.say("heard")
    var heard = [UInt8](repeating: 0, count: 5)
    #expect(try heard.withUnsafeMutableBytes { try readEnd.read(into: $0) } == 5)
    withExtendedLifetime(readEnd) { _ = dup2(writeEnd.number, readEnd.number) }
    try process.say("lost")
    #expect(await command.value == 141)
    process.exit(0)
  }

  @Test func `the same volume again is one mount, and a target's last tmpfs counts`() async throws {
    let engine = try FakeEngine()
    _ = try await engine.run(
      "create", "-v", "/a:/x", "-v", "/b:/y", "-v", "/a:/x", "--tmpfs", "/t:size=1m", "--tmpfs", "/u", "--tmpfs", "/t",
      "--mount", "type=tmpfs,dst=/t", "busybox")
    let request = try #require(engine.requests.first)
    #expect(request.binds == ["/a:/x", "/b:/y"])
    #expect(request.container?.binds.map(\.target) == ["/x", "/y"])
    // A mount that was asked for in another way stays, for the engine to refuse.
    #expect(request.container?.tmpfs.map(\.target) == ["/t", "/u", "/t"])
    #expect(request.container?.tmpfs.map(\.options) == ["", "", ""])
  }

  @Test func `settings arrive as they were written`() async throws {
    let engine = try FakeEngine()
    _ = try await CommandRun.run(
      [
        "-H", engine.socket, "run", "-d", "-e", "A=1", "-e", "HERE", "-e", "GONE", "-w", "/w", "-u", "1:2", "-h", "hh",
        "--entrypoint", "/e", "--network", "none", "-m", "64m", "--cpus", "1.5", "--pids-limit", "9", "--cap-add",
        "ALL",
        "--read-only", "--tmpfs", "/t:size=1m", "-v", "./x:/y:ro", "--ulimit", "nofile=1:2", "--init", "--label", "a=b",
        "--stop-timeout", "3", "--log-opt", "max-size=1m", "--memory-swap", "-1", "--rm", "busybox", "sleep", "-x",
      ], directory: engine.directory, environment: ["HERE": "yes"])
    let request = try #require(engine.requests.first)
    let container = try #require(request.container)
    #expect(container.env == ["A=1", "HERE=yes"])
    #expect((container.workingDirectory, container.user, container.hostname) == ("/w", "1:2", "hh"))
    #expect((request.hasEntrypoint, request.entrypoint, request.cmd) == (true, ["/e"], ["sleep", "-x"]))
    #expect((request.network, request.autoRemove, request.stopTimeout) == ("none", true, 3))
    #expect((container.memoryInBytes, container.memorySwapInBytes, container.nanoCpus) == (64 << 20, -1, 1_500_000_000))
    #expect((container.pidsLimit, container.capAdd, container.readOnlyRootfs) == (9, ["ALL"], true))
    #expect(container.tmpfs == [.init(target: "/t", options: "size=1m")])
    #expect(container.binds == [.init(source: "\(engine.directory)/x", target: "/y", options: ["ro"])])
    #expect(container.ulimits == [.init(name: "nofile", soft: 1, hard: 2)])
    #expect((request.binds, request.labels, request.logOptions) == (["./x:/y:ro"], ["a": "b"], ["max-size": "1m"]))
    #expect(container.`init`)
  }
}
