import Foundation
import Testing

/// Plugins that stand still, die or talk rubbish while commands need them.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct PluginFailureTests {
  private func configure(_ engine: TestEngine, _ text: String) throws {
    try engine.stop()
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(engine.scratch)/daemon.json"))
    try engine.start()
  }

  private func plugin(_ engine: TestEngine, _ name: String) throws -> [String: Any] {
    for line in try engine.expect("plugin", "ls", "--format", "json").lines {
      let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      if "\(fields["Kind"] ?? "")-\(fields["Name"] ?? "")" == name { return fields }
    }
    throw TestFailure("there is no plugin \(name)")
  }

  private func pid(_ engine: TestEngine, _ name: String) throws -> Int32 {
    Int32("\(try plugin(engine, name)["Pid"] ?? 0)") ?? 0
  }

  /// Whether a command failed as it should: one sentence that names a plugin.
  private func expectSentence(_ result: CommandResult, naming name: String) {
    let lines = result.error.split(separator: "\n").filter { !$0.hasPrefix("Run 'gantry") && !$0.hasSuffix(": Stored") }
    #expect(lines.count == 1 && result.error.contains(name), "\(result)")
  }

  @Test(arguments: [
    ("snapshotter-overlay", ["create", "--name", "f1", "busybox", "true"]),
    ("runtime-linux", ["run", "--rm", "--name", "f1", "busybox", "true"]),
    ("network-bridge", ["run", "--rm", "--name", "f1", "busybox", "true"]),
    ("content-local", ["image", "import", "TREE", "tree:1"]),
  ])
  func aPluginThatStandsStillIsReplacedAndItsCallersAreAnswered(_ name: String, _ command: [String]) throws {
    try TestEngine.use { (engine) throws in
      try configure(engine, #"{"plugin-ping-interval": 1}"#)
      let make =
        "mkdir \(engine.scratch)/t && echo \(name) > \(engine.scratch)/t/f && tar -C \(engine.scratch)/t -cf \(engine.scratch)/t.tar ."
      #expect(try Command.run(["sh", "-c", make]).status == 0)
      try engine.expect("run", "-d", "--name", "on", "busybox", "sleep", "600")
      try engine.expect("run", "--rm", "busybox", "true")
      let before = try EngineContents(of: engine)
      let stopped = try pid(engine, name)
      kill(stopped, SIGSTOP)
      let words = command.map { $0 == "TREE" ? "\(engine.scratch)/t.tar" : $0 }
      let begin = Date()
      let result = try Command.run([engine.program] + words, environment: engine.environment, within: 30)
      #expect(Date().timeIntervalSince(begin) < 20)
      // A call that may be repeated is, and nobody notices; another is answered.
      if result.status != 0 { expectSentence(result, naming: name) }
      try eventually("another process answers for \(name)") { try ![0, stopped].contains(pid(engine, name)) }
      #expect(kill(stopped, 0) != 0)
      #expect("\(try plugin(engine, name)["LastError"] ?? "")".contains("did not answer Ping"))
      _ = try engine.gantry("rm", "f1")
      _ = try engine.gantry("rmi", "tree:1")
      #expect(try engine.expect("run", "--rm", "--name", "f1", "busybox", "echo", "again").output == "again\n")
      #expect(try engine.expect("exec", "on", "echo", "on").output == "on\n")
      try before.expectAgain(engine, name)
    }
  }

  @Test func pluginsThatDieUnderLoadLeaveNothing() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "--rm", "busybox", "true")
      let before = try EngineContents(of: engine)
      let names = ["snapshotter-overlay", "runtime-linux", "network-bridge"]
      var failures = 0
      for round in 0..<18 {
        let name = names[round % names.count]
        let run = try engine.begin("run", "--rm", "--name", "f\(round)", "busybox", "true")
        poll(nil, 0, Int32(round))
        let victim = try pid(engine, name)
        if victim > 0 { kill(victim, SIGKILL) }
        let result = try run.finish(within: 30)
        if result.status != 0 {
          failures += 1
          #expect(result.status == 125, "\(result)")
          expectSentence(result, naming: "plugin ")
        }
        try eventually("\(name) is back") { try ![0, victim].contains(pid(engine, name)) }
      }
      #expect(failures < 18)
      #expect(try engine.expect("run", "--rm", "--name", "f0", "busybox", "echo", "again").output == "again\n")
      for id in try engine.expect("ps", "-aq").lines { try engine.expect("rm", "-f", id) }
      try before.expectAgain(engine, "plugins were killed")
    }
  }

  @Test func aPluginThatAnswersRubbishIsNamedAndStandsInNobodysWay() throws {
    try TestEngine.use { (engine) throws in
      let folder = "\(engine.scratch)/plugins"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let program = "\(folder)/gantry-snapshotter-rubbish"
      try Data("#!/bin/sh\nhead -c 300000 /dev/urandom >&3\nexec sleep 1000\n".utf8).write(
        to: URL(fileURLWithPath: program))
      chmod(program, 0o755)
      try engine.expect("run", "-d", "--name", "on", "--network", "none", "busybox", "sleep", "600")
      try configure(engine, #"{"plugin-directories": ["\#(folder)"], "storage-driver": "rubbish"}"#)
      let begin = Date()
      let result = try engine.gantry("create", "--name", "f1", "busybox", "true", within: 30)
      #expect(Date().timeIntervalSince(begin) < 25)
      #expect(result.status == 1, "\(result)")
      expectSentence(result, naming: "snapshotter-rubbish")
      #expect("\(try plugin(engine, "snapshotter-rubbish")["LastError"] ?? "")" != "")
      #expect(try engine.expect("exec", "on", "echo", "on").output == "on\n")
      #expect(try engine.expect("ps", "-a", "--format", "{{.Names}}").lines == ["on"])
      try configure(engine, "{}")
    }
  }
}
