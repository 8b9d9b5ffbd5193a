import Foundation
import Testing

/// The supervisor is killed, started twice, and started on what it must refuse.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct SupervisorTests {
  @Test func aCountGoesOnWithoutAGapWhileTheSupervisorIsKilled() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "count", "--network", "none", "busybox", "sh", "-c",
        "i=0; while :; do i=$((i+1)); echo $i; usleep 10000; done")
      let pid = try engine.expect("inspect", "-f", "{{.State.Pid}}", "count").line
      for _ in 0..<3 {
        try engine.killSupervisor()
        #expect(kill(Int32(pid) ?? -1, 0) == 0)
        try engine.start()
        #expect(
          try engine.expect("inspect", "-f", "{{.State.Status}} {{.State.Pid}}", "count").line == "running \(pid)")
      }
      try eventually("it has counted on") { try engine.expect("logs", "count").lines.count > 20 }
      try engine.expect("stop", "-t", "0", "count")
      let numbers = try engine.expect("logs", "count").lines.compactMap { Int($0) }
      #expect(numbers == Array(1...numbers.count))
    }
  }

  @Test func anExitWhileTheSupervisorIsAwayIsNotLost() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "x1", "--network", "none", "busybox", "sh", "-c", "sleep 1; echo bye; exit 42")
      try engine.expect("run", "-d", "--rm", "--name", "gone", "--network", "none", "busybox", "sleep", "1")
      try engine.killSupervisor()
      let bundles = "\(engine.scratch)/run/shims/gantry"
      try eventually("both have ended") {
        try FileManager.default.contentsOfDirectory(atPath: bundles).allSatisfy {
          FileManager.default.fileExists(atPath: "\(bundles)/\($0)/exit")
        }
      }
      try engine.start()
      #expect(try engine.expect("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "x1").line == "exited 42")
      #expect(try engine.expect("logs", "x1").output == "bye\n")
      try eventually("the container of --rm is removed") { try engine.expect("ps", "-aq").lines.count == 1 }
    }
  }

  @Test func execAndAttachWorkAfterARestart() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "r1", "--network", "none", "busybox", "sh", "-c", "while :; do echo t; sleep 0.1; done")
      try engine.killSupervisor()
      try engine.start()
      #expect(try engine.expect("exec", "r1", "echo", "in").output == "in\n")
      let attached = try engine.begin("attach", "--sig-proxy=false", "r1")
      try engine.expect("exec", "r1", "sleep", "0.4")
      try engine.expect("stop", "-t", "0", "r1")
      #expect(try attached.finish().output.hasPrefix("t\n"))
    }
  }

  @Test func anAttachedRunOutlivesTheSupervisor() throws {
    try TestEngine.use { (engine) throws in
      let run = try engine.begin(
        "run", "--network", "none", "--name", "att", "busybox", "sh", "-c",
        "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.25; done; exit 9")
      try eventually("the container runs") { try engine.gantry("ps", "-q").lines.count == 1 }
      try engine.killSupervisor()
      try engine.start()
      let result = try run.finish(within: 30)
      #expect(result.output == "1\n2\n3\n4\n5\n6\n7\n8\n")
      #expect(result.status == 9)
    }
  }

  @Test func anExecOutlivesTheSupervisor() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "e1", "--network", "none", "busybox", "sleep", "600")
      let long = try engine.begin("exec", "e1", "sh", "-c", "echo on; sleep 3; echo end; exit 4")
      let short = try engine.begin("exec", "e1", "sh", "-c", "echo on; sleep 0.7; exit 5")
      try eventually("both run") { try engine.expect("top", "e1").lines.count >= 4 }
      try engine.killSupervisor()
      // One ends while nobody is there to hear of it.
      poll(nil, 0, 1200)
      try engine.start()
      let (first, second) = (try short.finish(within: 30), try long.finish(within: 30))
      #expect(first.status == 5 && first.output == "on\n", "\(first.error)")
      #expect(second.status == 4 && second.output == "on\nend\n", "\(second.error)")
    }
  }

  /// The supervisor dies at a random moment of a start; whatever state that leaves, the next one can clean up.
  @Test func killedAtAnyMomentOfAStartNothingIsStuck() throws {
    try TestEngine.use { (engine) throws in
      for round in 0..<6 {
        let run = try engine.begin("run", "-d", "--name", "k\(round)", "busybox", "sleep", "600")
        poll(nil, 0, Int32(round * 6))
        try engine.killSupervisor()
        _ = try run.finish(within: 60)
        try engine.start()
      }
      for id in try engine.expect("ps", "-aq").lines { try engine.expect("rm", "-f", id) }
      #expect(try engine.expect("ps", "-aq").lines == [])
      #expect(try engine.gantry("run", "--rm", "busybox", "true").status == 0)
    }
  }

  /// Who waits for something to happen does not hold up the end of the supervisor, and is answered by the next one.
  @Test func anOrderlyEndIsQuickWhileManyContainersRun() throws {
    try TestEngine.use { (engine) throws in
      for number in 0..<50 {
        try engine.expect("run", "-d", "--name", "c\(number)", "--network", "none", "busybox", "sleep", "600")
      }
      let events = try engine.begin("events")
      let wait = try engine.begin("wait", "c0")
      let attached = try engine.begin(
        "run", "--name", "a1", "--network", "none", "busybox", "sh", "-c", "sleep 3; exit 4")
      try eventually("the attached container runs") { try engine.expect("ps", "-q").lines.count == 51 }
      let begin = Date()
      try engine.stop()
      #expect(Date().timeIntervalSince(begin) < 0.2)
      try engine.start()
      try engine.expect("kill", "c0")
      #expect(try attached.finish(within: 30).status == 4)
      events.signal(SIGKILL)
      wait.signal(SIGKILL)
      _ = try events.finish()
      _ = try wait.finish()
    }
  }

  @Test func aSecondSupervisorOnOneRootIsRefused() throws {
    try TestEngine.use { (engine) throws in
      let second = try Command.run(engine.supervisorCommand(), within: 10)
      #expect(second.status == 1)
      #expect(second.error.contains(engine.scratch))
      #expect(second.error.split(separator: "\n").count == 1)
      try engine.expect("version")
    }
  }

  /// The shims in a run directory are strangers to the supervisor of another root, and strangers are ended.
  @Test func aSupervisorOfAnotherRootLeavesARunDirectoryAlone() throws {
    try TestEngine.use { (engine) throws in
      let pid = try engine.expect("run", "-d", "--name", "live", "--network", "none", "busybox", "sleep", "600")
      #expect(pid.status == 0)
      let other = ["--root", "\(engine.scratch)/other", "--socket", "\(engine.scratch)/other.sock"]
      let beside = try Command.run(engine.supervisorCommand(other), within: 10)
      #expect(beside.status == 1 && beside.error.contains("--run"), "\(beside)")
      try engine.killSupervisor()
      let after = try Command.run(engine.supervisorCommand(other), within: 10)
      #expect(after.status == 1 && after.error.contains("\(engine.scratch)/root"), "\(after)")
      try engine.start()
      #expect(try engine.expect("inspect", "-f", "{{.State.Status}}", "live").line == "running")
    }
  }

  @Test func aDatabaseFromANewerVersionIsRefused() throws {
    try TestEngine.use { (engine) throws in
      try engine.stop()
      let file = "\(engine.scratch)/root/gantry.db"
      let old = try Command.run([
        "python3", "-c",
        "import sqlite3; c = sqlite3.connect('\(file)'); print(c.execute('pragma user_version').fetchone()[0]); c.execute('pragma user_version = 9999')",
      ])
      let refused = try Command.run(engine.supervisorCommand(), within: 10)
      #expect(refused.status == 1)
      #expect(refused.error.contains("gantry.db"))
      #expect(refused.error.contains("9999"))
      _ = try Command.run([
        "python3", "-c", "import sqlite3; sqlite3.connect('\(file)').execute('pragma user_version = \(old.line)')",
      ])
      try engine.start()
    }
  }

  @Test func unknownFlagsOfTheSupervisorAreNamed() throws {
    try TestEngine.use { (engine) throws in
      let result = try Command.run(engine.supervisorCommand(["--bogus"]), within: 10)
      #expect(result.status == 1)
      #expect(result.error.contains("--bogus"))
    }
  }

  @Test func rubbishOnTheSocketHarmsNobody() throws {
    try TestEngine.use { (engine) throws in
      let script = """
        import os, socket, random
        random.seed(7)
        for n in range(200):
            s = socket.socket(socket.AF_UNIX); s.connect('\(engine.socket)'); s.settimeout(2)
            try:
                s.sendall(bytes(random.randrange(256) for _ in range(random.randrange(1, 400))))
            except OSError: pass
            s.close()
        """
      #expect(try Command.run(["python3", "-c", script]).status == 0)
      try engine.expect("version")
    }
  }

  @Test func aPluginThatIsKilledComesBackAndNobodyNotices() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "p1", "--network", "none", "busybox", "sleep", "600")
      let before = try plugins(engine)
      #expect(before.count >= 5)
      for (_, pid) in before { kill(pid, SIGKILL) }
      try eventually("every plugin runs again") {
        let now = try plugins(engine)
        return now.count == before.count && now.allSatisfy { name, pid in pid > 0 && before[name] != pid }
      }
      #expect(try engine.expect("exec", "p1", "echo", "alive").output == "alive\n")
      #expect(try engine.gantry("run", "--rm", "busybox", "true").status == 0)
      let restarted = try engine.expect("plugin", "restart", "content-local")
      #expect(restarted.status == 0)
    }
  }

  private func plugins(_ engine: TestEngine) throws -> [String: Int32] {
    var pids: [String: Int32] = [:]
    for line in try engine.expect("plugin", "ls", "--format", "json").lines {
      let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      let name = "\(fields["Kind"] ?? "")-\(fields["Name"] ?? "")"
      if fields["State"] as? String == "running" { pids[name] = Int32("\(fields["Pid"] ?? 0)") }
    }
    return pids
  }
}
