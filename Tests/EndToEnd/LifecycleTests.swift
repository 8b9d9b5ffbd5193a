import Foundation
import Testing

@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct LifecycleTests {
  @Test func aContainerGoesThroughItsLife() throws {
    try TestEngine.use { (engine) throws in
      let id = try engine.expect("create", "--name", "c1", "--network", "none", "busybox", "sleep", "600").line
      #expect(id.count == 64)
      #expect(try engine.expect("inspect", "-f", "{{.State.Status}}", "c1").line == "created")
      #expect(try engine.expect("start", "c1").line == "c1")
      #expect(try engine.expect("ps", "-q", "--no-trunc").lines == [id])
      #expect(try engine.expect("pause", "c1").line == "c1")
      #expect(try engine.expect("ps").output.contains("(Paused)"))
      #expect(
        try engine.gantry("exec", "c1", "true").error.contains(
          "Container c1 is paused, unpause the container before exec"))
      #expect(try engine.expect("unpause", "c1").line == "c1")
      // A signal that is to end it wakes it; one that is not does not.
      try engine.expect("pause", "c1")
      #expect(try engine.expect("kill", "-s", "TERM", "c1").line == "c1")
      #expect(try engine.expect("inspect", "-f", "{{.State.Paused}}", "c1").line == "false")
      #expect(try engine.expect("stop", "-t", "0", "c1").line == "c1")
      #expect(try engine.expect("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "c1").line == "exited 137")
      #expect(try engine.expect("restart", "-t", "0", "c1").line == "c1")
      #expect(try engine.expect("inspect", "-f", "{{.State.Running}}", "c1").line == "true")
      #expect(try engine.expect("kill", "-s", "TERM", "c1").line == "c1")
      #expect(try engine.expect("kill", "c1").line == "c1")
      #expect(try engine.expect("wait", "c1").line == "137")
      #expect(try engine.expect("rm", "c1").line == "c1")
      #expect(try engine.expect("ps", "-aq").lines == [])
    }
  }

  @Test func whatGoesWithItsExitIsNotSavedButCanBeRestarted() throws {
    try TestEngine.use { (engine) throws in
      let mounted = ["exec", "r1", "grep", "-c", "^overlay / overlay .*volatile", "/proc/mounts"]
      func isVolatile() throws -> Bool {
        try Command.run([engine.program] + mounted, environment: engine.environment).line == "1"
      }
      try engine.expect("run", "-d", "--rm", "--name", "r1", "--network", "none", "busybox", "sleep", "600")
      #expect(try isVolatile())
      try engine.expect("exec", "r1", "sh", "-c", "echo kept > /f")
      for _ in 0..<2 {
        try engine.expect("restart", "-t", "0", "r1")
        #expect(try engine.expect("exec", "r1", "cat", "/f").line == "kept")
        #expect(try isVolatile())
      }
      #expect(try engine.expect("diff", "r1").lines == ["A /f"])
      try engine.expect("commit", "r1", "kept")
      try engine.expect("rm", "-f", "r1")
      try engine.expect("run", "-d", "--name", "r1", "--network", "none", "kept", "sleep", "600")
      #expect(try engine.expect("exec", "r1", "cat", "/f").line == "kept")
      #expect(try !isVolatile())
    }
  }

  @Test func aStopSignalIsHeard() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "s1", "--network", "none", "--stop-signal", "USR1", "busybox", "sh", "-c",
        "trap 'exit 5' USR1; echo ready; while :; do sleep 0.1; done")
      try eventually("the trap is set") { try engine.expect("logs", "s1").output == "ready\n" }
      try engine.expect("stop", "-t", "10", "s1")
      #expect(try engine.expect("wait", "s1").line == "5")
    }
  }

  @Test func logsKeepBothStreamsAndCanBeCutAndFollowed() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "l1", "--network", "none", "busybox", "sh", "-c",
        "for i in 1 2 3; do echo out $i; echo err $i >&2; sleep 0.05; done; sleep 0.5; echo end")
      let follower = try engine.begin("logs", "-f", "l1")
      let followed = try follower.finish(within: 20)
      #expect(followed.output == "out 1\nout 2\nout 3\nend\n")
      #expect(followed.error == "err 1\nerr 2\nerr 3\n")
      #expect(try engine.expect("logs", "--tail", "1", "l1").output == "end\n")
      let stamped = try engine.expect("logs", "-t", "--tail", "1", "l1").output
      #expect(stamped.range(of: #"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z end\n$"#, options: .regularExpression) != nil)
      #expect(try engine.expect("logs", "--since", "2999-01-01T00:00:00Z", "l1").output == "")
    }
  }

  @Test func execRunsBesideAndKeepsItsExitCode() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "e1", "--network", "none", "-e", "A=1", "busybox", "sleep", "600")
      let result = try engine.gantry(
        "exec", "-e", "B=2", "-w", "/tmp", "-u", "nobody", "e1", "sh", "-c", "echo $A$B; pwd; id -un; exit 3")
      #expect(result.lines == ["12", "/tmp", "nobody"])
      #expect(result.status == 3)
      #expect(try engine.gantry("exec", "-i", "e1", "cat", input: Array("in".utf8)).output == "in")
      #expect(try engine.gantry("exec", "e1", "nosuch").status == 127)
      #expect(try engine.gantry("exec", "e1", "/etc").status == 126)
      #expect(try engine.expect("exec", "-d", "e1", "touch", "/done").output == "")
      try eventually("the detached process ran") { try engine.gantry("exec", "e1", "test", "-e", "/done").status == 0 }
      try engine.expect("exec", "e1", "true")
      let until = "\(Date().timeIntervalSince1970)"
      let actions = try engine.expect("events", "--since", "0", "--until", until, "--format", "{{.Action}}.").lines
      // Docker ends the program's name with a space, whether arguments follow or not.
      #expect(actions.contains("exec_create: true ."))
      #expect(actions.contains("exec_start: touch /done."))
      #expect(try engine.expect("top", "e1").output.contains("sleep 600"))
    }
  }

  /// What a shell makes of `<&-`, `>&-` and a full disk.
  @Test func descriptorsThatAreClosedOrFullAreNotTakenForOthers() throws {
    try TestEngine.use { (engine) throws in
      func shell(_ script: String) throws -> CommandResult {
        try Command.run(["sh", "-c", script], environment: engine.environment, within: 20)
      }
      let run = "\(engine.program) run -i --rm --network none busybox"
      #expect(try shell("\(run) cat <&-").status == 0)
      #expect(try shell("\(run) sh -c 'echo hi; exit 4' >&-").status == 4)
      #expect(try shell("\(engine.program) ps >&-").status == 0)
      let full = try shell("\(run) echo hi >/dev/full")
      #expect(full.status == 1)
      #expect(full.error == "write /dev/stdout: no space left on device\n")
      try engine.expect("create", "--name", "c1", "busybox")
      for archive in ["save busybox", "export c1"] {
        let result = try shell("\(engine.program) \(archive) >/dev/full")
        #expect(result.status == 1)
        #expect(result.error == "Error response from daemon: the output: write: No space left on device\n")
      }
      for archive in ["save busybox", "export c1"] {
        let result = try shell("(\(engine.program) \(archive); echo $? >&2) | head -c 10 >/dev/null")
        #expect(result.error == "141\n")
      }
      let closed = "(exec <&- >&- 2>&-; exec \(engine.program)d --version)"
      #expect(try shell(closed).status == 0)
    }
  }

  @Test func topListsProcessesOfAllTerminals() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-dt", "--name", "t1", "--network", "none", "busybox", "sleep", "500")
      try engine.expect("exec", "-d", "t1", "sleep", "501")
      for options in [[], ["-o", "pid,args"], ["-f"], ["aux"]] {
        let listed = try Command.run([engine.program, "top", "t1"] + options, environment: engine.environment)
        #expect(listed.lines.count == 3, "\(options): \(listed.output) \(listed.error)")
      }
      // What ps does not take together with process ids, it gets without.
      #expect(try engine.expect("top", "t1", "f", "-o", "pid,args").output.contains("sleep 500"))
    }
  }

  @Test func manyExecsAtOnceEachGetTheirOwnAnswer() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "m1", "--network", "none", "busybox", "sleep", "600")
      let commands = try (0..<20).map { try engine.begin("exec", "m1", "sh", "-c", "echo \($0); exit \($0)") }
      for (number, command) in commands.enumerated() {
        let result = try command.finish()
        #expect(result.output == "\(number)\n")
        #expect(result.status == Int32(number))
      }
    }
  }

  @Test func attachSeesWhatComesAndDetachesByKeys() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "a1", "--network", "none", "busybox", "sh", "-c",
        "while :; do echo tick; sleep 0.1; done"
      )
      let first = try engine.begin("attach", "--sig-proxy=false", "a1")
      let second = try engine.begin("attach", "--sig-proxy=false", "a1")
      try engine.expect("exec", "a1", "sleep", "0.5")
      try engine.expect("kill", "a1")
      for result in [try first.finish(), try second.finish()] {
        #expect(result.output.hasPrefix("tick\n"))
        #expect(result.status == 137)
      }
    }
  }

  @Test func eventsTellTheWholeLife() throws {
    try TestEngine.use { (engine) throws in
      let since = "\(Date().timeIntervalSince1970 - 1)"
      try engine.expect("run", "--rm", "--name", "ev", "--network", "none", "busybox", "true")
      let until = "\(Date().timeIntervalSince1970)"
      let events = try engine.expect("events", "--since", since, "--until", until, "--filter", "type=container").lines
      let actions = events.compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) }
      #expect(actions.filter { $0 != "attach" } == ["create", "start", "die", "destroy"])
      #expect(events.allSatisfy { $0.contains("name=ev") && $0.contains("image=busybox") })
      // Docker tells of the network that is none, too.
      let networks = try engine.expect(
        "events", "--since", since, "--until", until, "--filter", "type=network", "--format",
        "{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}"
      ).lines
      #expect(networks == ["connect none null", "disconnect none null"])
    }
  }

  @Test func wantOfMemoryIsToldWhenItComesAndBeforeTheExit() throws {
    try TestEngine.use { (engine) throws in
      // It offers itself: the kernel may take the container's first process besides, and now and then did.
      let hog = "echo 1000 > /proc/self/oom_score_adj; x=$(yes | head -c 60000000); echo $x"
      let since = "\(Date().timeIntervalSince1970 - 1)"
      try engine.expect(
        "run", "-d", "--name", "survivor", "--network", "none", "-m", "16m", "busybox", "sleep", "600")
      #expect(try engine.gantry("exec", "survivor", "sh", "-c", hog).status == 137)
      let arguments = [
        "--since", since, "--filter", "type=container", "--format", "{{.Actor.Attributes.name}} {{.Action}}",
      ]
      func told() throws -> [String] {
        let until = "\(Date().timeIntervalSince1970)"
        return try Command.run(
          [engine.program, "events", "--until", until] + arguments, environment: engine.environment
        ).lines.filter { $0.hasSuffix(" oom") || $0.hasSuffix(" die") }.reduce(into: []) { list, line in
          // How often memory runs out in a row is the kernel's affair.
          if list.last != line { list.append(line) }
        }
      }
      try eventually("it is told while the container runs") { try told() == ["survivor oom"] }
      let state = try engine.expect(
        "inspect", "-f", "{{.State.Running}} {{.State.OOMKilled}} {{.State.ExitCode}}", "survivor"
      ).line
      #expect(state == "true true 0")
      try engine.expect("restart", "-t", "0", "survivor")
      #expect(try engine.expect("inspect", "-f", "{{.State.OOMKilled}}", "survivor").line == "false")
      #expect(
        try engine.gantry("run", "--name", "victim", "--network", "none", "-m", "16m", "busybox", "sh", "-c", hog)
          .status
          == 137)
      let all = try told()
      #expect(all == ["survivor oom", "survivor die", "victim oom", "victim die"])
      #expect(try engine.expect("inspect", "-f", "{{.State.OOMKilled}}", "victim").line == "true")
    }
  }

  @Test func statsTellFigures() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "-d", "--name", "st", "--network", "none", "-m", "64m", "busybox", "sleep", "600")
      let table = try engine.expect("stats", "--no-stream").lines
      #expect(table.count == 2)
      #expect(table.last?.contains("/ 64MiB") == true)
      try engine.expect("stop", "-t", "0", "st")
      let format = "{{.Container}} {{.CPUPerc}} {{.MemUsage}} {{.MemPerc}} {{.NetIO}} {{.BlockIO}} {{.PIDs}}"
      #expect(
        try engine.expect("stats", "--no-stream", "--format", format, "st").line
          == "st 0.00% 0B / 0B 0.00% 0B / 0B 0B / 0B 0")
    }
  }
}
