import Foundation
import Testing

/// The real containerd drives gantry-shim; what it prints is compared with what it prints over runc's shim.
@Suite(
  .serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"),
  .enabled(if: TestContainerd.isInstalled, "containerd, ctr or runc is not installed"))
struct ContainerdTests {
  private static let runtimes = [TestContainerd.shim, TestContainerd.reference]

  /// Runs the same command over both shims and gives what is comparable of it.
  private func both(
    _ containerd: TestContainerd, _ command: [String], flags: [String] = [], input: [UInt8]? = nil
  ) throws -> [String] {
    try Self.runtimes.enumerated().map { number, runtime in
      let id = "same-\(number)-\(UInt16.random(in: 0...9999))"
      let result = try containerd.attempt(
        ["run", "--rm", "--runtime", runtime] + flags + [TestContainerd.image, id] + command, input: input)
      return "\(result.status)\n\(result.output)\n\(result.error)".replacingOccurrences(of: id, with: "ID")
        .replacingOccurrences(of: "runc create failed: ", with: "")
    }
  }

  @Test func streamsAndExitCodesAreTheSame() throws {
    try TestContainerd.use { (containerd) throws in
      for command in [
        ["/bin/echo", "hi"], ["sh", "-c", "echo o; echo e >&2; exit 7"], ["sh", "-c", "kill -9 $$"], ["id"],
        ["sh", "-c", "cat /proc/self/mounts | cut -d' ' -f2 | sort"], ["hostname"], ["sh", "-c", "ulimit -a; umask"],
        ["sh", "-c", "grep -i -E 'cap|seccomp|nonewprivs' /proc/self/status"], ["ls", "-l", "/dev"],
      ] {
        let results = try both(containerd, command)
        #expect(results[0] == results[1], "\(command)")
      }
      #expect(containerd.bundles.isEmpty)
    }
  }

  @Test func whatCannotRunIsToldInTheSameWords() throws {
    try TestContainerd.use { (containerd) throws in
      for command in [["/nonexistent"], ["nonexistent"], ["/etc/passwd"], ["/etc"]] {
        let results = try both(containerd, command)
        #expect(results[0] == results[1], "\(command)")
      }
      #expect(containerd.bundles.isEmpty)
    }
  }

  @Test func muchOutputIsExactToTheByte() throws {
    try TestContainerd.use { (containerd) throws in
      let result = try containerd.ctr(
        "run", "--rm", "--runtime", TestContainerd.shim, TestContainerd.image, "much", "sh", "-c",
        "seq 1 2000000; seq 1 100000 >&2")
      #expect(result.outputBytes == Array((1...2_000_000).map { "\($0)\n" }.joined().utf8))
      #expect(result.error.split(separator: "\n").count == 100_000)
    }
  }

  @Test func inputReachesTheProcessAndEnds() throws {
    try TestContainerd.use { (containerd) throws in
      let command = try Command(
        containerd.program + [
          "run", "--rm", "--runtime", TestContainerd.shim,
          TestContainerd.image, "input", "cat",
        ], keepInput: true)
      // ctr tells of the end of its input only when it comes after the task was made.
      try eventually("the task runs") { try containerd.status(of: "input")?.status == "RUNNING" }
      try command.write(Array("some words\n".utf8))
      try command.closeInput()
      let result = try command.finish(within: 20)
      #expect(result.output == "some words\n")
      #expect(result.status == 0)
    }
  }

  @Test func aTerminalIsOne() throws {
    try TestContainerd.use { (containerd) throws in
      let line =
        "\(containerd.program.joined(separator: " ")) run --rm -t --runtime \(TestContainerd.shim) "
        + "\(TestContainerd.image) tty sh -c 'tty; echo done'"
      let result = try Command.run(["script", "-qec", line, "/dev/null"])
      #expect(result.output.contains("/dev/pts/0\r\r\ndone\r\r\n"), "\(result)")
    }
  }

  @Test func aTaskLivesThroughAllItsStates() throws {
    try TestContainerd.use { (containerd) throws in
      for runtime in Self.runtimes {
        let id = runtime == TestContainerd.reference ? "theirs" : "ours"
        try containerd.ctr(
          "run", "-d", "--runtime", runtime, TestContainerd.image, id, "sh", "-c", "while :; do sleep 1; done")
        func say(_ arguments: String...) throws -> String {
          let result = try containerd.attempt(arguments)
          return "\(result.status) \(result.output)\(result.error)"
        }
        #expect(try containerd.status(of: id)?.status == "RUNNING")
        #expect(try say("task", "exec", "--exec-id", "e1", id, "echo", "in") == "0 in\n")
        #expect(try say("task", "exec", "--exec-id", "e2", id, "sh", "-c", "exit 3") == "3 ")
        #expect(
          try say("task", "exec", "--exec-id", "e3", id, "/nonexistent")
            == "1 ctr: OCI runtime exec failed: exec failed: unable to start container process: exec: "
            + "\"/nonexistent\": stat /nonexistent: no such file or directory: unknown\n")
        #expect(try say("task", "metrics", id).contains("memory.usage_in_bytes"))
        #expect(try say("task", "ps", id).split(separator: "\n").count >= 2)
        try containerd.ctr("task", "pause", id)
        #expect(try containerd.status(of: id)?.status == "PAUSED")
        #expect(
          try say("task", "exec", "--exec-id", "e4", id, "true") == "1 ctr: cannot exec in a paused state: unknown\n")
        try containerd.ctr("task", "resume", id)
        try containerd.ctr("task", "kill", "-s", "SIGKILL", id)
        try eventually("the task has stopped") { try containerd.status(of: id)?.status == "STOPPED" }
        #expect(try say("task", "kill", "-s", "SIGTERM", id) == "1 ctr: process already finished: not found\n")
        #expect(
          try say("task", "exec", "--exec-id", "e5", id, "true")
            == "1 ctr: cannot exec in a stopped state: unknown\n")
        #expect(try say("task", "rm", id).contains("exit with non-zero exit code 137"))
        try containerd.ctr("container", "rm", id)
      }
      #expect(containerd.bundles.isEmpty)
    }
  }

  @Test func eventsComeInTheSameOrder() throws {
    try TestContainerd.use { (containerd) throws in
      var topics: [[String]] = []
      for runtime in Self.runtimes {
        let events = try Command(containerd.program + ["events"])
        poll(nil, 0, 500)
        let id = runtime == TestContainerd.reference ? "theirs" : "ours"
        _ = try containerd.attempt(
          [
            "run", "--rm", "--runtime", runtime, "--memory-limit", "8388608", TestContainerd.image, id, "sh", "-c",
            "x=$(yes | head -c 60000000)",
          ])
        poll(nil, 0, 500)
        events.signal(SIGKILL)
        topics.append(
          try events.finish().lines.compactMap { line in
            line.split(separator: " ").first { $0.hasPrefix("/tasks/") }.map(String.init)
          }.reduce(into: []) { list, topic in
            // How often memory runs out before the end is the kernel's affair.
            if list.last != topic { list.append(topic) }
          })
      }
      #expect(topics[0] == topics[1])
      #expect(topics[0] == ["/tasks/create", "/tasks/start", "/tasks/oom", "/tasks/exit", "/tasks/delete"])
    }
  }

  @Test func tasksOutliveTheDaemon() throws {
    try TestContainerd.use { (containerd) throws in
      for (id, script) in [("lives", "while :; do sleep 1; done"), ("ends", "sleep 1; exit 9")] {
        try containerd.ctr(
          "run", "-d", "--runtime", TestContainerd.shim, TestContainerd.image, id, "sh", "-c", script)
      }
      let pid = try containerd.status(of: "lives")?.pid
      try containerd.kill()
      poll(nil, 0, 1500)
      try containerd.start()
      #expect(try containerd.status(of: "lives")?.pid == pid)
      #expect(try containerd.status(of: "ends")?.status == "STOPPED")
      #expect(try containerd.ctr("task", "exec", "--exec-id", "e", "lives", "echo", "again").output == "again\n")
      #expect(try containerd.ctr("task", "rm", "ends").error.contains("non-zero exit code 9"))
    }
  }

  @Test func aKilledShimIsCleanedUpAfter() throws {
    try TestContainerd.use { (containerd) throws in
      try containerd.ctr(
        "run", "-d", "--runtime", TestContainerd.shim, TestContainerd.image, "orphan", "sleep", "1000")
      let pid = try #require(try containerd.status(of: "orphan")?.pid)
      let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
      let shim = try #require(
        stat.split(separator: ")").last?.split(separator: " ").dropFirst().first.flatMap { Int32($0) })
      kill(shim, SIGKILL)
      try eventually("the task is gone") { try containerd.status(of: "orphan") == nil }
      try eventually("its process is gone") { kill(pid, 0) != 0 }
      #expect(containerd.bundles.isEmpty)
    }
  }

  @Test func oneShimServesAGroup() throws {
    try TestContainerd.use { (containerd) throws in
      var shims: Set<Substring> = []
      for id in ["first", "second"] {
        try containerd.ctr(
          "run", "-d", "--annotation", "io.containerd.runc.v2.group=g1", "--runtime", TestContainerd.shim,
          TestContainerd.image, id, "sleep", "1000")
        let pid = try #require(try containerd.status(of: id)?.pid)
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        shims.insert(stat.split(separator: ")").last?.split(separator: " ").dropFirst().first ?? "")
      }
      #expect(shims.count == 1)
      try containerd.ctr("task", "kill", "-s", "SIGKILL", "first")
      try eventually("the first has stopped") { try containerd.status(of: "first")?.status == "STOPPED" }
      _ = try containerd.attempt(["task", "rm", "first"])
      #expect(try containerd.status(of: "second")?.status == "RUNNING")
      #expect(try containerd.ctr("task", "exec", "--exec-id", "e", "second", "echo", "on").output == "on\n")
    }
  }

  @Test func logsGoToFilesAndToPrograms() throws {
    try TestContainerd.use { (containerd) throws in
      let logger = "\(containerd.scratch)/logger"
      let script =
        "#!/bin/sh\nexec 5>&-\n{ echo \"$CONTAINER_ID $*\"; cat <&3; } > \(logger).out &\n"
        + "cat <&4 > \(logger).err &\nwait\n"
      try Data(script.utf8).write(to: URL(fileURLWithPath: logger))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: logger)
      let file = "\(containerd.scratch)/new/file.log"
      for (id, uri) in [("tofile", "file://\(file)"), ("toprogram", "binary://\(logger)?key=value")] {
        try containerd.ctr(
          "run", "-d", "--log-uri", uri, "--runtime", TestContainerd.shim, TestContainerd.image, id, "sh", "-c",
          "echo out; echo err >&2")
        try eventually("\(id) has stopped") { try containerd.status(of: id)?.status == "STOPPED" }
        try containerd.ctr("task", "rm", id)
      }
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "out\nerr\n")
      try eventually("the logger has written") {
        try String(contentsOfFile: "\(logger).out", encoding: .utf8) == "toprogram key value\nout\n"
          && String(contentsOfFile: "\(logger).err", encoding: .utf8) == "err\n"
      }
    }
  }
}
