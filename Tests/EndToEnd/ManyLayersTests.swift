import Foundation
import Testing

/// An image of as many layers as Docker allows, through the whole engine.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct ManyLayersTests {
  static let count = 127

  @Test func anImageOf127LayersIsImportedRunAndRemoved() throws {
    try TestEngine.use { (engine) throws in
      let blobs = try engine.expect("content", "ls", "-q").lines
      let snapshots = try engine.expect("snapshot", "ls").lines
      // An emulated machine unpacks two layers a second.
      let imported = try engine.gantry("image", "import", archive(in: engine), within: 300)
      #expect(imported.status == 0, "\(imported)")
      let layers = "{{len .RootFS.Layers}}"
      #expect(try engine.expect("image", "inspect", "-f", layers, "layered").line == "\(Self.count)")

      // The topmost layer wins, whiteouts hide, and the container's own layer lies over all.
      let look = "ls /layers | wc -l; cat /number; echo; ls /gone; echo own > /number; rm /layers/2; cat /number"
      let seen = try engine.expect("run", "--name", "many", "--network", "none", "layered", "sh", "-c", look)
      #expect(seen.lines == ["\(Self.count - 1)", "\(Self.count)", "\(Self.count)", "own"])
      // What was written is there at the next start, and the image is as it was.
      #expect(try engine.expect("start", "-a", "many").lines.prefix(2) == ["\(Self.count - 2)", "own"])
      #expect(
        try engine.expect("run", "--rm", "--network", "none", "layered", "cat", "/number").line == "\(Self.count)")

      try engine.expect("export", "-o", "\(engine.scratch)/many.tar", "many")
      let exported = try Command.run(["tar", "-xOf", "\(engine.scratch)/many.tar", "number"])
      #expect(exported.line == "own", "\(exported)")

      try engine.expect("run", "-d", "--name", "stays", "--network", "none", "layered", "sleep", "1000")
      try engine.killSupervisor()
      try engine.start()
      #expect(try engine.expect("exec", "stays", "cat", "/number").line == "\(Self.count)")
      // No option of the mount is cut, and none shows a path of the host.
      let root = try engine.expect("exec", "stays", "sh", "-c", "grep ' / / ' /proc/self/mountinfo").line
      #expect(root.contains("overlay"), "\(root)")
      #expect(!root.contains(engine.scratch), "\(root)")

      try engine.expect("rm", "-f", "many", "stays")
      try engine.expect("rmi", "layered")
      #expect(try engine.expect("content", "ls", "-q").lines == blobs)
      #expect(try engine.expect("snapshot", "ls").lines == snapshots)
    }
  }

  private func archive(in engine: TestEngine) throws -> String {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Support/many-layers.py").path
    let file = "\(engine.scratch)/layered.tar"
    let made = try Command.run(["python3", script, TestImage.busybox(), "\(Self.count)", file])
    guard made.status == 0 else { throw TestFailure("\(made)") }
    return file
  }
}
