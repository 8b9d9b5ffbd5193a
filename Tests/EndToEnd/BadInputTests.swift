import Foundation
import Testing

/// Wrong things typed: one sentence, the right exit code, nothing left behind.
@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct BadInputTests {
  @Test func mistakesOfRunAreNamedAndLeaveNothing() throws {
    try TestEngine.use { (engine) throws in
      try engine.expect("create", "--name", "taken", "--network", "none", "busybox", "true")
      let table: [(arguments: [String], status: Int32, words: String)] = [
        (["nosuch"], 125, "nosuch"),
        (["BusyBox"], 125, "must be lowercase"),
        (["--bogus", "busybox"], 125, "unknown flag: --bogus"),
        (["--name", "taken", "busybox", "true"], 125, "is already in use by container"),
        (["--name", "bad name", "busybox", "true"], 125, "Invalid container name (bad name)"),
        (["-v", "/a:b", "busybox", "true"], 125, "b"),
        (["-v", "/nonexistent-dir-of-test/x:/x:bogus", "busybox", "true"], 125, "bogus"),
        (["-u", "nosuch", "busybox", "true"], 125, "unable to find user nosuch"),
        (["busybox", ""], 127, "exec: \"\": executable file not found in $PATH"),
        (["busybox", "nosuch"], 127, "executable file not found in $PATH"),
        (["--entrypoint", "/etc", "busybox"], 126, "permission denied"),
        (["busybox", "/etc/passwd"], 126, "permission denied"),
        (["busybox", "/no/such"], 127, "no such file or directory"),
        (["-m", "1m", "busybox", "true"], 125, "Minimum memory limit allowed is 6MB"),
        (["-m", "bogus", "busybox", "true"], 125, "bogus"),
        (["--cpus", "1000", "busybox", "true"], 125, "CPUs"),
        (["--ulimit", "nofile=1000000000:1000000000", "busybox", "true"], 125, "ulimit nofile"),
        (["--ulimit", "bogus=1", "busybox", "true"], 125, "bogus"),
        (["--cap-add", "BOGUS", "busybox", "true"], 125, "BOGUS"),
        (["--network", "nosuch", "busybox", "true"], 125, "nosuch"),
        (["--security-opt", "bogus=1", "busybox", "true"], 125, "bogus"),
        (["-e", "", "busybox", "true"], 125, "environment"),
        (["--env-file", "/no/such", "busybox", "true"], 125, "/no/such"),
        (["--stop-signal", "NOSIG", "busybox", "true"], 125, "NOSIG"),
        (["-w", "relative", "busybox", "true"], 125, "relative"),
        (["--cap-drop", "FOO", "busybox", "true"], 125, #"invalid CapDrop: unknown capability: "CAP_FOO""#),
        (["--uts", "host", "-h", "foo", "busybox", "true"], 125, "hostname and the UTS mode"),
        (["--log-driver", "none", "--log-opt", "max-size=1m", "busybox", "true"], 125, "opts for driver none"),
        (["--cpu-shares", "1", "busybox", "true"], 125, "minimum allowed cpu-shares is 2"),
        (["--network", "none", "--tmpfs", "/proc", "busybox", "true"], 125, "is not of type proc"),
        (["--network", "none", "-v", "/tmp:/proc/sys", "busybox", "true"], 125, "is inside /proc"),
        (
          ["--pull", "never", "--platform", "linux/arm64", "busybox", "true"], 125,
          "does not match the specified platform: wanted linux/arm64, actual: linux/amd64"
        ),
      ]
      for (arguments, status, words) in table {
        let result = try Command.run([engine.program, "run", "--rm"] + arguments, environment: engine.environment)
        #expect(result.status == status, "\(result)")
        #expect(result.error.contains(words), "\(result)")
        #expect(result.output == "", "\(result)")
      }
      // What can be known before the start is refused before it.
      let created = try engine.gantry("create", "--cap-add", "FOO", "busybox")
      #expect(created.status == 1 && created.output == "" && created.error.contains("CAP_FOO"), "\(created)")
      #expect(try engine.expect("ps", "-a", "--format", "{{.Names}}").lines == ["taken"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(engine.scratch)/root/containers").count == 1)
    }
  }

  @Test func mistakesOfOtherCommandsAreNamed() throws {
    try TestEngine.use { (engine) throws in
      for (command, status, words) in [
        (["stop", "nosuch"], 1, "No such container: nosuch"),
        (["logs", "nosuch"], 1, "No such container: nosuch"),
        (["exec", "nosuch", "true"], 1, "No such container: nosuch"),
        (["rmi", "nosuch"], 1, "No such image: nosuch:latest"),
        (["inspect", "nosuch"], 1, "No such object: nosuch"),
        (["bogus"], 1, "bogus"),
        (["ps", "--bogus"], 125, "unknown flag: --bogus"),
        (["image", "import", "/no/such/file"], 1, "/no/such/file"),
        (["plugin", "restart", "nosuch"], 1, "nosuch"),
        (["plugin", "check", "/no/such"], 1, "/no/such"),
      ] as [([String], Int32, String)] {
        let result = try Command.run([engine.program] + command, environment: engine.environment)
        #expect(result.status == status || (status == 125 && result.status == 1), "\(result)")
        #expect(result.error.contains(words), "\(result)")
      }
      #expect(try engine.expect("images", "-q", "-f", "").lines.count == 1)
    }
  }

  @Test func aSupervisorIsNotStartedWithWhatIsNotThere() throws {
    guard let tree = Privilege.tree else { return }
    try TestEngine.use { (engine) throws in
      let place = "\(engine.scratch)/refused"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      for (configuration, arguments, words) in [
        (#"{"storage-driver": "nope"}"#, [], #"no snapshotter plugin "nope": there is native, overlay"#),
        (#"{"plugin-directories": ["/no/such"]}"#, [], "plugin directory /no/such is not there"),
        ("{}", ["--plugin-dir", "/no/such"], "plugin directory /no/such is not there"),
      ] as [(String, [String], String)] {
        try configuration.write(toFile: "\(place)/daemon.json", atomically: true, encoding: .utf8)
        let result = try Command.run(
          [
            "\(tree)/bin/gantryd", "--root", "\(place)/root", "--run", "\(place)/run", "--config",
            "\(place)/daemon.json",
          ] + arguments, within: 20)
        #expect(result.status == 1, "\(result)")
        #expect(result.error.contains("gantryd: \(words)"), "\(result)")
      }
    }
  }

  @Test func aSocketNobodyListensOnIsToldOfAtOnce() throws {
    guard let tree = Privilege.tree else { return }
    let result = try Command.run(["\(tree)/bin/gantry", "-H", "unix:///tmp/no-such-gantry.sock", "ps"], within: 5)
    #expect(result.status == 1)
    #expect(result.error.contains("/tmp/no-such-gantry.sock"))
    let run = try Command.run(
      ["\(tree)/bin/gantry", "-H", "unix:///tmp/no-such-gantry.sock", "run", "busybox"], within: 5)
    #expect(run.status == 125)
  }

  @Test func hostileArchivesAreRefusedAndLeaveNothing() throws {
    try TestEngine.use { (engine) throws in
      let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Support/hostile-archives.py").path
      let folder = "\(engine.scratch)/hostile"
      #expect(try Command.run(["python3", script, folder]).status == 0)
      let images = try engine.expect("images", "-q").lines
      let blobs = try engine.expect("content", "ls", "-q").lines
      let snapshots = try engine.expect("snapshot", "ls").lines
      let archives = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".tar") }
        .sorted()
      #expect(archives.count >= 12)
      for archive in archives {
        let result = try engine.gantry("image", "import", "\(folder)/\(archive)", "hostile:latest")
        #expect(result.status == 1, "\(archive): \(result)")
        let sentences = result.error.split(separator: "\n").filter { !$0.hasSuffix(": Stored") }
        #expect(sentences.count == 1, "\(archive): \(result)")
      }
      // Docker's own archives are taken with such names, which begin at the image's root.
      let loaded = try engine.expect("load", "-i", "\(folder)/absolute.tar").line
      try engine.expect("rmi", String(loaded.split(separator: " ").last ?? ""))
      #expect(!FileManager.default.fileExists(atPath: "/tmp/gantry-escaped"))
      #expect(try engine.expect("images", "-q").lines == images)
      #expect(try engine.expect("content", "ls", "-q").lines == blobs)
      #expect(try engine.expect("snapshot", "ls").lines == snapshots)
    }
  }
}
