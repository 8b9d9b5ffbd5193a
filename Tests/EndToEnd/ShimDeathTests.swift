import Foundation
import Testing

/// A shim is killed with SIGKILL: its containers run on, and nothing of them is lost.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct ShimDeathTests {
  /// A shell that does as it is told and asks its terminal nothing.
  private static let reader = "while read line; do eval \"$line\"; done; exit 99"

  /// Kills the shim of a container and waits until another one serves it.
  private func killShim(_ engine: TestEngine, _ name: String) throws {
    let id = try engine.expect("inspect", "-f", "{{.Id}}", name).line
    let before = try #require(try shim(engine, id))
    kill(before, SIGKILL)
    try eventually("another shim holds \(name)") { try shim(engine, id).map { $0 != before && $0 > 0 } ?? false }
  }

  private func shim(_ engine: TestEngine, _ id: String) throws -> Int32? {
    for line in try engine.expect("shim", "ls", "--no-trunc").lines where line.contains(id) {
      return line.split(separator: " ").compactMap { Int32($0) }.first
    }
    return nil
  }

  /// Whether a process is gone, or has ended and is not reaped yet.
  private func hasEnded(_ pid: Int32) -> Bool {
    let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    return stat.split(separator: ")").last.map { $0.hasPrefix(" Z") } ?? true
  }

  /// Begins a command at a terminal; what it prints goes to a file.
  private func atTerminal(_ engine: TestEngine, _ words: String) throws -> (command: Command, output: () -> String) {
    let file = "\(engine.scratch)/terminal-\(UUID().uuidString.prefix(8))"
    let command = try Command(
      ["script", "-qfec", "\(engine.program) \(words)", file], environment: engine.environment, keepInput: true)
    return (command, { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" })
  }

  @Test func aTerminalLivesOnAndCanBeUsed() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-dit", "--name", "t1", "--network", "none", "busybox", "sh", "-c", Self.reader)
      let pid = try engine.expect("inspect", "-f", "{{.State.Pid}}", "t1").line
      for _ in 0..<2 {
        try killShim(engine, "t1")
        #expect(try engine.expect("inspect", "-f", "{{.State.Status}} {{.State.Pid}}", "t1").line == "running \(pid)")
      }
      let (attached, output) = try atTerminal(engine, "attach t1")
      try eventually("the terminal answers") {
        try attached.write(Array("echo $((6 * 7))\n".utf8))
        return output().contains("42\r\n")
      }
      try attached.write(Array("exit 7\n".utf8))
      #expect(try attached.finish(within: 20).status == 7)
      #expect(try engine.expect("inspect", "-f", "{{.State.ExitCode}}", "t1").line == "7")
      #expect(try engine.expect("logs", "t1").output.contains("42\r\n"))
    }
  }

  @Test func aTerminalIsResizedByTheNextShim() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-dit", "--name", "t1", "--network", "none", "busybox", "sh", "-c", Self.reader)
      try killShim(engine, "t1")
      let (attached, output) = try atTerminal(engine, "attach t1")
      // `script` gives its terminal no size of its own; the one inside is set before the attach.
      try eventually("the terminal answers") {
        try attached.write(Array("stty rows 31 cols 99; stty size\n".utf8))
        return output().contains("31 99\r\n")
      }
      try attached.write(Array("exit\n".utf8))
      _ = try attached.finish(within: 20)
    }
  }

  @Test func furtherProcessesLiveOnWithTheirTerminalAndTheirExitCode() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "e1", "--network", "none", "busybox", "sleep", "600")
      try engine.expect("exec", "e1", "mkfifo", "/go", "/go2")
      let (terminal, output) = try atTerminal(
        engine, "exec -it e1 sh -c \"trap 'touch /hup; exit 1' HUP; echo ready; read x < /go; tty; exit 5\"")
      let plain = try engine.begin("exec", "e1", "sh", "-c", "touch /ready; read x < /go2; exit 6")
      try eventually("the process at the terminal runs") { output().contains("ready") }
      try eventually("the other one runs") { try engine.gantry("exec", "e1", "test", "-e", "/ready").status == 0 }
      try killShim(engine, "e1")
      try engine.expect("exec", "e1", "sh", "-c", "echo > /go; echo > /go2")
      #expect(try terminal.finish(within: 20).status == 5)
      #expect(try plain.finish(within: 20).status == 6)
      #expect(try engine.gantry("exec", "e1", "test", "-e", "/hup").status == 1)
    }
  }

  @Test func anExitInTheGapBetweenTwoShimsIsNotLost() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "g1", "--network", "none", "busybox", "sh", "-c",
        "trap 'echo last words; exit 42' TERM; echo ready; while :; do sleep 0.05; done")
      try eventually("it is ready") { try engine.expect("logs", "g1").output == "ready\n" }
      let id = try engine.expect("inspect", "-f", "{{.Id}}", "g1").line
      let pid = Int32(try engine.expect("inspect", "-f", "{{.State.Pid}}", "g1").line) ?? 0
      let shim = try #require(try shim(engine, id))
      // The supervisor stands still until both have happened.
      let supervisor = try #require(engine.supervisor)
      supervisor.signal(SIGSTOP)
      kill(shim, SIGKILL)
      kill(pid, SIGTERM)
      try eventually("the process has ended") { hasEnded(pid) }
      supervisor.signal(SIGCONT)
      #expect(try engine.expect("wait", "g1").line == "42")
      #expect(try engine.expect("logs", "g1").output == "ready\nlast words\n")
    }
  }

  @Test func aRestartedSupervisorKeepsTheTerminalsOfShimsThatLived() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-dit", "--name", "t1", "--network", "none", "busybox", "sh", "-c", Self.reader)
      try engine.killSupervisor()
      try engine.start()
      try killShim(engine, "t1")
      let (attached, output) = try atTerminal(engine, "attach t1")
      try eventually("the terminal answers") {
        try attached.write(Array("echo $((6 * 7))\n".utf8))
        return output().contains("42\r\n")
      }
      try attached.write(Array("exit 3\n".utf8))
      #expect(try attached.finish(within: 20).status == 3)
    }
  }

  @Test func inputThatStaysOpenStaysOpen() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-di", "--name", "i1", "--network", "none", "busybox", "cat")
      try killShim(engine, "i1")
      let attached = try engine.begin("attach", "i1", keepInput: true)
      try attached.write(Array("typed\n".utf8))
      try eventually("it is echoed") { try engine.expect("logs", "i1").output == "typed\n" }
      #expect(try engine.expect("inspect", "-f", "{{.State.Running}}", "i1").line == "true")
      try engine.expect("kill", "i1")
      _ = try attached.finish(within: 20)
    }
  }

  @Test func aPausedContainerStaysPaused() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "p1", "--network", "none", "busybox", "sleep", "600")
      try engine.expect("pause", "p1")
      try killShim(engine, "p1")
      #expect(try engine.expect("inspect", "-f", "{{.State.Status}}", "p1").line == "paused")
      try engine.expect("unpause", "p1")
      #expect(try engine.expect("exec", "p1", "echo", "on").output == "on\n")
    }
  }

  /// A shim that is stopped answers nobody; another one takes its place where its container is to end.
  @Test func aContainerWhoseShimHangsCanBeEnded() throws {
    try TestEngine.use { (engine) throws in
      for command in [["rm", "-f"], ["stop", "-t", "1"]] {
        try engine.expect("run", "-d", "--name", "h1", "--network", "none", "busybox", "sleep", "600")
        let pid = try #require(try shim(engine, engine.expect("inspect", "-f", "{{.Id}}", "h1").line))
        #expect(kill(pid, SIGSTOP) == 0)
        let ended = try Command.run([engine.program] + command + ["h1"], environment: engine.environment, within: 60)
        #expect(ended.status == 0, "\(command): \(ended.error)")
        #expect(try engine.expect("ps", "-q").lines.isEmpty)
        _ = try engine.gantry("rm", "-f", "h1")
      }
    }
  }
}
