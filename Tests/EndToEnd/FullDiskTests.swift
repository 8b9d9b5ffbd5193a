import Foundation
import Testing

/// The disk under the engine's root is full: each command says so in one sentence, nothing is left half done, running
/// containers go on, and all works again once there is space.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct FullDiskTests {
  private func expectFull(_ result: CommandResult, status: Int32) {
    #expect(result.status == status, "\(result)")
    let lines = result.error.split(separator: "\n").filter { !$0.hasPrefix("Run 'gantry") && !$0.hasSuffix(": Stored") }
    #expect(lines.count == 1, "\(result)")
    #expect(result.error.contains("full") && result.error.contains("free some space"), "\(result)")
  }

  @Test func anImportThatFindsNoRoomLeavesNothingAndWorksLater() throws {
    try TestEngine.use(diskSize: "16m") { (engine) throws in
      let before = try EngineContents(of: engine)
      let folder = "\(engine.scratch)/tree"
      let make =
        "mkdir -p \(folder) && head -c 6000000 /dev/urandom > \(folder)/big && tar -C \(folder) -cf \(folder).tar ."
      #expect(try Command.run(["sh", "-c", make]).status == 0)
      // Room for the blob and not for the layer, then for neither.
      for size in ["14m", "8m"] {
        try engine.resizeDisk(size)
        expectFull(try engine.gantry("image", "import", "\(folder).tar", "big:1"), status: 1)
        try before.expectAgain(engine, "a failed import, \(size)")
        #expect(try engine.expect("run", "--rm", "--network", "none", "busybox", "echo", "on").output == "on\n")
      }
      try engine.resizeDisk("64m")
      try engine.expect("image", "import", "\(folder).tar", "big:1")
      #expect(try engine.expect("images", "-q", "big").lines.count == 1)
    }
  }

  @Test func aCommitThatFindsNoRoomLeavesNothingAndWorksLater() throws {
    try TestEngine.use(diskSize: "64m") { (engine) throws in
      try engine.expect(
        "run", "--name", "fill", "--network", "none", "busybox", "dd", "if=/dev/urandom", "of=/f", "bs=1M", "count=6")
      let before = try EngineContents(of: engine)
      try engine.resizeDisk("12m")
      expectFull(try engine.gantry("commit", "fill", "full:1"), status: 1)
      try before.expectAgain(engine, "a failed commit")
      try engine.resizeDisk("64m")
      try engine.expect("commit", "fill", "full:1")
      let size = try engine.expect("run", "--rm", "--network", "none", "full:1", "stat", "-c", "%s", "/f").line
      #expect(size == "6291456")
    }
  }

  @Test func aContainerWritesOnThoughItsLogFindsNoRoom() throws {
    try TestEngine.use(diskSize: "16m") { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "w1", "--network", "none", "--tmpfs", "/go", "busybox", "sh", "-c",
        "seq 1 10; until [ -e /go/on ]; do sleep 0.02; done; seq 11 60000; touch /go/written; "
          + "until [ -e /go/last ]; do sleep 0.02; done; echo last; exit 3")
      try eventually("it runs") { try engine.expect("logs", "w1").lines.count == 10 }
      try engine.fillDisk()
      try engine.expect("exec", "w1", "touch", "/go/on")
      try eventually("it has written all") { try engine.gantry("exec", "w1", "test", "-e", "/go/written").status == 0 }
      #expect(try engine.expect("inspect", "-f", "{{.State.Running}}", "w1").line == "true")
      try engine.emptyDisk()
      try engine.expect("exec", "w1", "touch", "/go/last")
      #expect(try engine.expect("wait", "w1").line == "3")
      let log = try engine.expect("logs", "w1")
      #expect(log.lines.prefix(10) == ArraySlice((1...10).map(String.init)))
      #expect(log.lines.last == "last")
      #expect(log.lines.count < 60_000)
      #expect(log.error.contains("log entries were lost here: No space left on device"), "\(log.error)")
    }
  }

  @Test func whatCannotBeWrittenDownIsRefusedAndWorksLater() throws {
    try TestEngine.use(diskSize: "16m") { (engine) throws in
      try engine.expect("run", "-d", "--name", "r1", "--network", "none", "busybox", "sleep", "600")
      let before = try engine.expect("snapshot", "ls").lines
      try engine.fillDisk()
      // What was set aside for emergencies serves some of them first.
      try eventually("the disk is full to the last byte") {
        try engine.fillDisk()
        return try engine.gantry("create", "--name", "c1", "--network", "none", "busybox", "true").status != 0
          || {
            _ = try engine.gantry("rm", "c1"); return false
          }()
      }
      expectFull(try engine.gantry("create", "--name", "c1", "--network", "none", "busybox", "true"), status: 1)
      expectFull(try engine.gantry("run", "--rm", "--name", "c1", "busybox", "true"), status: 125)
      expectFull(try engine.gantry("image", "import", TestImage.busybox(), "two:1"), status: 1)
      #expect(try engine.expect("exec", "r1", "echo", "on").output == "on\n")
      #expect(try engine.expect("ps", "-a", "--format", "{{.Names}}").lines == ["r1"])
      try engine.emptyDisk()
      #expect(try engine.expect("snapshot", "ls").lines == before)
      #expect(try engine.expect("run", "--rm", "--name", "c1", "busybox", "echo", "again").output == "again\n")
    }
  }

  /// Nothing can be written to the database: an end is kept by the shim, and told by the next supervisor all the same.
  @Test func anExitOnAFullDiskIsNotLost() throws {
    try TestEngine.use(diskSize: "16m") { (engine) throws in
      for name in ["x1", "y1"] {
        try engine.expect(
          "run", "-d", "--name", name, "--network", "none", "busybox", "sh", "-c",
          "trap 'exit 42' TERM; echo ready; while :; do sleep 0.05; done")
        try eventually("the trap is set") { try engine.expect("logs", name).output == "ready\n" }
      }
      try exhaust(engine)
      try engine.expect("stop", "x1")
      #expect(try engine.expect("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "x1").line == "exited 42")
      let refused = try engine.gantry("rm", "x1")
      expectFull(refused, status: 1)
      #expect(try engine.expect("ps", "-aq").lines.count == 2)
      try engine.killSupervisor()
      try engine.emptyDisk()
      try engine.start()
      #expect(try engine.expect("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "x1").line == "exited 42")
      try exhaust(engine)
      try engine.expect("stop", "y1")
      try engine.emptyDisk()
      try eventually("the shim is dismissed") { try engine.expect("shim", "ls").lines.count == 1 }
      try engine.killSupervisor()
      try engine.start()
      #expect(try engine.expect("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "y1").line == "exited 42")
      try engine.expect("rm", "x1", "y1")
    }
  }

  /// Fills the disk until not even a removal can be written down.
  private func exhaust(_ engine: TestEngine) throws {
    try eventually("nothing can be written any more") {
      try engine.fillDisk()
      return try engine.gantry("rename", "x1", "z1").status != 0 || engine.gantry("rename", "z1", "x1").status != 0
    }
    if try engine.gantry("inspect", "z1").status == 0 { throw TestFailure("the container has its other name") }
  }

  /// The space that is set aside lets one remove what fills the disk.
  @Test func aContainerCanBeRemovedFromAFullDisk() throws {
    try TestEngine.use(diskSize: "16m") { (engine) throws in
      try engine.expect(
        "run", "-d", "--name", "hog", "--network", "none", "busybox", "sh", "-c", "cat /dev/zero > /fill; sleep 600")
      try eventually("it has filled the disk") {
        try engine.gantry("exec", "hog", "sh", "-c", "head -c 200000 /dev/zero >> /more").status != 0
      }
      try engine.expect("rm", "-f", "hog")
      #expect(try engine.expect("ps", "-aq").lines == [])
      #expect(try engine.expect("run", "--rm", "busybox", "echo", "again").output == "again\n")
    }
  }
}
