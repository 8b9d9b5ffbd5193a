import Foundation
import Testing

@Suite(.serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"))
struct RunTests {
  @Test func streamsAndExitCodeAreTheContainersOwn() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.gantry(
        "run", "--rm", "--network", "none", "busybox", "sh", "-c", "echo o; echo e >&2; exit 7")
      #expect(result.output == "o\n")
      #expect(result.error == "e\n")
      #expect(result.status == 7)
      #expect(try engine.expect("ps", "-aq").lines == [])
    }
  }

  @Test func standardInputReachesTheContainerAndEnds() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.gantry(
        "run", "-i", "--rm", "--network", "none", "busybox", "cat", input: Array("hello\n".utf8))
      #expect(result.output == "hello\n")
      #expect(result.status == 0)
    }
  }

  @Test func everyByteOfLargeOutputArrives() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.gantry(
        "run", "--rm", "--network", "none", "busybox", "sh", "-c",
        "dd if=/dev/zero bs=1M count=32 2>/dev/null | tr '\\0' '\\377'")
      #expect(result.outputBytes.count == 32 << 20)
      #expect(result.outputBytes.allSatisfy { $0 == 0xFF })
    }
  }

  @Test func settingsOfTheCommandLineReachTheProcess() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.expect(
        "run", "--rm", "--network", "none", "-e", "A=1", "-e", "B=two words", "-w", "/some/where", "-u", "daemon:users",
        "-h", "box", "--ulimit", "nofile=100:200", "--tmpfs", "/scratch:size=1m", "busybox", "sh", "-c",
        "echo $A; echo $B; pwd; id -u; id -g; hostname; ulimit -n; ulimit -Hn; df -k /scratch | tail -1 | awk '{print $2}'"
      )
      #expect(result.lines == ["1", "two words", "/some/where", "1", "100", "box", "100", "200", "1024"])
    }
  }

  @Test(
    arguments: [
      ("nobody", "65534"), ("65534", "65534"), ("daemon:users", "100"), ("1:100", "100"), ("4321", "0"), ("", "0 10"),
    ])
  func aUserHasTheGroupsOfTheImagesFilesAndNoOther(user: String, groups: String) throws {
    try TestEngine.use { (engine) throws in
      let script = "grep ^Groups: /proc/self/status"
      let started = try engine.expect("run", "-d", "-u", user, "--network", "none", "busybox", "sleep", "60")
      let ran = try engine.expect("run", "--rm", "-u", user, "--network", "none", "busybox", "sh", "-c", script)
      let executed = try engine.expect("exec", "-u", user, started.lines[0], "sh", "-c", script)
      for result in [ran, executed] { #expect(result.lines == ["Groups:\t\(groups) "]) }
    }
  }

  @Test func environmentFilesAreReadAsDockerReadsThem() throws {
    try TestEngine.use { (engine) throws in
      let file = "\(engine.scratch)/env"
      try Data("# comment\nA=1\nB=with = sign\nHOME_OF_TEST\n\n".utf8).write(to: URL(fileURLWithPath: file))
      let result = try engine.expect(
        "run", "--rm", "--network", "none", "--env-file", file, "busybox", "sh", "-c",
        "echo $A; echo $B; env | grep -c HOME_OF_TEST || true")
      #expect(result.lines == ["1", "with = sign", "0"])
    }
  }

  @Test func theEntrypointCanBeReplaced() throws {
    try TestEngine.use { (engine) throws in
      #expect(
        try engine.expect("run", "--rm", "--network", "none", "--entrypoint", "echo", "busybox", "a", "b").output
          == "a b\n")
    }
  }

  @Test func hostDirectoriesAreBoundReadWriteOrReadOnly() throws {
    try TestEngine.use { (engine) throws in
      let folder = "\(engine.scratch)/shared"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data("from the host".utf8).write(to: URL(fileURLWithPath: "\(folder)/file"))
      let result = try engine.gantry(
        "run", "--rm", "--network", "none", "-v", "\(folder):/rw", "-v", "\(folder):/ro:ro", "busybox", "sh", "-c",
        "cat /rw/file; echo new > /rw/new; echo no > /ro/no")
      #expect(result.output == "from the host")
      #expect(result.status != 0)
      #expect(result.error.contains("Read-only file system"))
      #expect(try String(contentsOfFile: "\(folder)/new", encoding: .utf8) == "new\n")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/no"))
    }
  }

  /// By which programs learn that they are in a container as Docker makes it.
  @Test(arguments: [[], ["--read-only"]])
  func theRootHasWhatDockerPutsThere(_ flags: [String]) throws {
    try TestEngine.use { (engine) throws in
      let script = "stat -c '%A %s' /.dockerenv; readlink /etc/mtab; grep -c ' / ' /etc/mtab"
      let run = ["run", "--name", "c1", "--network", "none"] + flags + ["busybox", "sh", "-c", script]
      #expect(
        try Command.run([engine.program] + run, environment: engine.environment).output
          == "-rwxr-xr-x 0\n/proc/mounts\n1\n")
      #expect(try engine.expect("diff", "c1").output == "")
      let exported = try engine.expect("export", "-o", "\(engine.scratch)/c.tar", "c1")
      #expect(exported.output == "")
      let listed = try Command.run(["tar", "-tf", "\(engine.scratch)/c.tar"]).lines
      #expect(listed.contains(".dockerenv") && listed.contains("etc/mtab"))
      // None of it is the container's own.
      #expect(try engine.expect("ps", "-a", "-s", "--format", "{{.Size}}").line.hasPrefix("0B (virtual "))
    }
  }

  /// An image that has its own at those places keeps it, and one that hides the directory gets what is missing.
  @Test func theRootKeepsWhatTheImageHas() throws {
    try TestEngine.use { (engine) throws in
      let root = "\(engine.scratch)/own"
      let make = """
        mkdir -p \(root)/bin \(root)/settings && cp /bin/busybox \(root)/bin/ && cd \(root) && ln -s busybox bin/sh
        ln -s settings etc; chmod 750 settings; echo mine > settings/mtab; echo here > .dockerenv; mkdir -m 711 sys
        tar -cf \(engine.scratch)/own.tar .
        """
      #expect(try Command.run(["sh", "-c", make]).status == 0)
      _ = try engine.expect("import", "\(engine.scratch)/own.tar", "own")
      let look = "busybox stat -c %a settings; busybox readlink etc; busybox cat etc/mtab .dockerenv; busybox ls etc/"
      for _ in 0..<2 {
        #expect(
          try engine.expect("run", "--rm", "--network", "none", "own", "sh", "-c", look).lines
            == ["750", "settings", "mine", "here", "hostname", "hosts", "mtab", "resolv.conf"])
      }
    }
  }

  @Test func aReadOnlyRootRefusesWrites() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.gantry("run", "--rm", "--read-only", "--network", "none", "busybox", "touch", "/x")
      #expect(result.status == 1)
      #expect(result.error.contains("Read-only file system"))
    }
  }

  @Test func limitsArriveInTheControlGroup() throws {
    try TestEngine.use { (engine) throws in
      let id = try engine.expect(
        "run", "-d", "--network", "none", "-m", "64m", "--cpus", "0.5", "--pids-limit", "17", "busybox", "sleep", "60"
      ).line
      let memory = "/sys/fs/cgroup/memory/gantry/\(id)/memory.limit_in_bytes"
      if FileManager.default.fileExists(atPath: memory) {
        #expect(try String(contentsOfFile: memory, encoding: .utf8) == "67108864\n")
        #expect(
          try String(contentsOfFile: "/sys/fs/cgroup/pids/gantry/\(id)/pids.max", encoding: .utf8) == "17\n")
        #expect(
          try String(contentsOfFile: "/sys/fs/cgroup/cpu/gantry/\(id)/cpu.cfs_quota_us", encoding: .utf8) == "50000\n")
      } else {
        #expect(
          try String(contentsOfFile: "/sys/fs/cgroup/gantry/\(id)/memory.max", encoding: .utf8) == "67108864\n")
      }
    }
  }

  @Test func aTerminalIsOneInsideAndOutside() throws {
    try TestEngine.use { (engine) throws in
      let result = try Command.run(
        [
          "script", "-qec", "\(engine.program) run --rm -it --network none busybox sh -c 'tty; stty size; echo $TERM'",
          "/dev/null",
        ],
        environment: engine.environment)
      #expect(result.output.contains("/dev/pts/0\r\n"))
      #expect(result.output.contains("xterm\r\n"))
      #expect(result.status == 0)
    }
  }

  @Test func aSmallInitReapsAndForwards() throws {
    try TestEngine.use { (engine) throws in
      let result = try engine.expect(
        "run", "--rm", "--init", "--network", "none", "busybox", "sh", "-c", "echo $$; cat /proc/1/comm")
      #expect(result.lines.first != "1")
      #expect(result.lines.last?.contains("init") == true)
    }
  }
}
