import Foundation
import Testing

/// The supervisor dies at each place that has a name. The next one finishes or undoes what was under way.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct FailpointTests {
  /// Has the supervisor die at `place` while `command` runs, and starts it again.
  private func die(_ engine: TestEngine, at place: String, _ command: [String]) throws -> CommandResult {
    try engine.stop()
    try engine.start(environment: ["GANTRY_FAILPOINTS": "\(place)=kill"])
    let running = try Command([engine.program] + command, environment: engine.environment)
    let supervisor = try #require(engine.supervisor)
    try eventually("the supervisor dies at \(place)") { !supervisor.isRunning }
    #expect(try supervisor.finish().status == 128 + SIGKILL, "\(place)")
    try engine.start()
    return try running.finish(within: 60)
  }

  @Test func aContainersLifeCutAtEachPlaceIsFinishedOrUndone() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "--rm", "busybox", "true")
      let before = try EngineContents(of: engine)
      // The place, what happens there, and what is said of the container afterwards.
      let run = ["run", "-d", "--name", "f1", "busybox", "sleep", "600"]
      let short = ["--name", "f1", "busybox", "sh", "-c", "echo said; exit 3"]
      let places: [(place: String, command: [String], state: String?)] = [
        ("create.recorded", run, nil), ("create.prepared", run, nil),
        ("start.intended", run, "created"), ("start.spawned", run, "created"),
        ("start.started", run, "running"),
        // Nobody was told of the start, and it has ended when somebody can be asked.
        ("start.started", ["run"] + short, "exited"), ("start.started", ["run", "--rm"] + short, nil),
        ("exit.recorded", ["run"] + short, "exited"), ("remove.recorded", ["run", "--rm"] + short, nil),
      ]
      for (place, command, state) in places {
        let result = try die(engine, at: place, command)
        let found = try engine.expect("ps", "-a", "--filter", "name=^/?f1$", "--format", "{{.State}}").lines
        if let state {
          #expect(found == [state], "\(place): \(result)")
        } else {
          try eventually("the container of \(place) is gone") { try engine.expect("ps", "-aq").lines.isEmpty }
        }
        if command.suffix(short.count) == short[...] {
          #expect(result.status == 3 && result.output == "said\n", "\(place): \(result)")
        }
        switch state {
        case "created":
          #expect(result.status == 125, "\(place): \(result)")
          try engine.expect("start", "f1")
          #expect(try engine.expect("exec", "f1", "echo", "up").output == "up\n", "\(place)")
        case "running":
          #expect(try engine.expect("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "f1").line.contains("."))
          #expect(try engine.expect("exec", "f1", "echo", "up").output == "up\n", "\(place)")
          try engine.expect("stop", "-t", "0", "f1")
        case "exited":
          #expect(try engine.expect("inspect", "-f", "{{.State.ExitCode}}", "f1").line == "3")
          #expect(try engine.expect("logs", "f1").output == "said\n")
        default: break
        }
        if state != nil { try engine.expect("rm", "-f", "f1") }
        #expect(
          try engine.expect("run", "--rm", "--name", "f1", "busybox", "echo", "again").output == "again\n", "\(place)")
        try before.expectAgain(engine, place)
      }
    }
  }

  /// Whoever asked for `--rm` is told that it failed, and finds nothing later: by the program, which is still there, and
  /// by the next supervisor where the program is gone, too.
  @Test(arguments: ["start.intended", "start.spawned"])
  func aStartCutShortLeavesNothingOfWhatRemovesItself(_ place: String) throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "--rm", "busybox", "true")
      let before = try EngineContents(of: engine)
      for options in [["-d"], []] {
        let command = ["run", "--rm", "--name", "f1"] + options + ["busybox", "sleep", "600"]
        let result = try die(engine, at: place, command)
        #expect(result.status == 125, "\(result)")
        try eventually("the container of \(place) is gone") { try engine.expect("ps", "-aq").lines.isEmpty }
        try before.expectAgain(engine, "\(place) \(options)")
      }
      // One that was only made is not in the way of anybody, and is kept.
      try engine.expect("create", "--rm", "--name", "f1", "busybox", "true")
      try engine.stop()
      try engine.start()
      try engine.expect("start", "-a", "f1")
    }
  }

  @Test func aRemovalThatWasAnsweredForIsFinished() throws {
    try TestEngine.use { (engine) throws in
      let before = try EngineContents(of: engine)
      try engine.expect("run", "-d", "--name", "f1", "busybox", "sleep", "600")
      _ = try die(engine, at: "remove.recorded", ["rm", "-f", "f1"])
      #expect(try engine.gantry("inspect", "f1").status == 1)
      #expect(try engine.expect("run", "--rm", "--name", "f1", "busybox", "echo", "again").output == "again\n")
      try before.expectAgain(engine, "remove.recorded")
    }
  }

  /// A root file system, and an archive of an image, which passes two places more.
  @Test(arguments: [
    ("import.staged", false), ("import.prepared", false), ("import.applied", false),
    ("import.staged", true), ("import.read", true), ("import.prepared", true), ("import.applied", true),
    ("import.unpacked", true),
  ])
  func anImportCutAtEachPlaceIsUndoneAndCanBeRepeated(_ place: String, ofImage: Bool) throws {
    try TestEngine.use { (engine) throws in
      let before = try EngineContents(of: engine)
      let folder = "\(engine.scratch)/tree"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data("\(place)\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/place"))
      let archive = "\(engine.scratch)/tree.tar"
      #expect(try Command.run(["tar", "-C", folder, "-cf", archive, "."]).status == 0)
      if ofImage {
        try engine.expect("image", "import", archive, "tree:latest")
        try FileManager.default.removeItem(atPath: archive)
        try engine.expect("save", "-o", archive, "tree:latest")
        try engine.expect("rmi", "tree:latest")
      }
      let result = try die(engine, at: place, ["image", "import", archive, "tree:latest"])
      #expect(result.status == 1, "\(result)")
      try before.expectAgain(engine, place)
      try engine.expect("image", "import", archive, "tree:latest")
      #expect(try engine.expect("images", "-q", "tree").lines.count == 1)
      let id = try engine.expect("create", "--network", "none", "tree:latest", "/place").line
      try engine.expect("rm", id)
      try engine.expect("rmi", "tree:latest")
      try before.expectAgain(engine, "after the removal of what was imported again")
    }
  }

  /// An error instead of a death: the command says so in one sentence, and all is as before at once.
  @Test func anErrorAtEachPlaceLeavesNothing() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("run", "--rm", "busybox", "true")
      let before = try EngineContents(of: engine)
      for place in [
        "create.recorded", "create.prepared", "start.intended", "start.spawned", "start.started",
      ] {
        try engine.stop()
        try engine.start(environment: ["GANTRY_FAILPOINTS": "\(place)=error"])
        let result = try engine.gantry("run", "--rm", "--name", "f1", "busybox", "sleep", "600")
        #expect(result.status == 125, "\(result)")
        #expect(result.error.contains("failpoint \(place)"), "\(result)")
        try before.expectAgain(engine, "\(place)=error")
      }
      try engine.stop()
      try engine.start()
    }
  }
}
