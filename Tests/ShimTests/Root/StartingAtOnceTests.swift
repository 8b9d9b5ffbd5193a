import AsyncServices
import CLinux
import Errors
import Glibc
import Linux
import Messages
import Testing

/// Create, Keep, Attach and Start in one call.
@Suite(.serialized, .enabled(if: Busybox.canRunContainers, "\(Busybox.reason)"))
struct StartingAtOnceTests {
  /// - Returns: our ends, and the answer.
  private func start(
    _ shim: ShimFixture, _ command: [String], input: Bool = false, inputOnce: Bool = true, terminal: Bool = false
  ) async throws -> (ours: [FileDescriptor], kinds: [String], descriptors: [FileDescriptor]) {
    try shim.describe(command, terminal: terminal)
    var (ours, theirs) = try ShimFixture.ends(input: input, output: true, error: true, isTerminal: terminal)
    let reply = try await shim.shim.createReply(
      .init(
        task: .init(id: shim.id, bundle: shim.bundle, terminal: terminal),
        log: .init(driver: "json-file", path: shim.logPath, maxFiles: 1), openStdin: input, stdinOnce: inputOnce,
        attachStdin: input, attachStdout: true, attachStderr: true, start: true),
      options: .init(timeout: .seconds(20), descriptors: theirs))
    theirs = []
    return (ours, reply.message.kinds, reply.descriptors)
  }

  @Test func whatIsSaidAtOnceIsHeard() async throws {
    try await ShimFixture.use { shim in
      let begun = try await start(shim, ["sh", "-c", "echo out; echo err >&2; exit 3"])
      #expect(begun.kinds.sorted() == ["process", "stderr", "stdout"] && begun.descriptors.count == 3)
      #expect(try await Reading.all(begun.ours[0]) == Array("out\n".utf8))
      #expect(try await Reading.all(begun.ours[1]) == Array("err\n".utf8))
      #expect(try await shim.wait() == 3)
      #expect(try shim.log().split(separator: "\n").count == 2)
    }
  }

  /// What was brought is the process's own input: it ends with its writer, whoever else lives on.
  @Test func inputThatIsBroughtEndsWithItsWriter() async throws {
    try await ShimFixture.use { shim in
      var begun = try await start(shim, ["cat"], input: true)
      #expect(begun.kinds.contains("stdin") == false && begun.descriptors.count == begun.kinds.count)
      try begun.ours[0].writeAll(Array("some input".utf8))
      begun.ours.removeFirst()
      #expect(try await Reading.all(begun.ours[0]) == Array("some input".utf8))
      #expect(try await shim.wait() == 0)
    }
  }

  @Test func inputThatIsBroughtEndsWithItsWriterUnderAnotherShimToo() async throws {
    // Its process becomes ours when the shim dies: then the exit status is ours to reap.
    _ = gantry_prctl(PR_SET_CHILD_SUBREAPER, 1)
    try await ShimFixture.use { shim in
      var begun = try await start(shim, ["sh", "-c", "echo ready; cat; exit 4"], input: true)
      _ = try await Reading.until("ready\n", begun.ours[1])
      let pid = try await shim.tasks.state(.init(id: shim.id)).pid
      try await shim.replace()
      #expect(try await shim.shim.status(.init()).processes.map(\.state) == ["running"])
      try begun.ours[0].writeAll(Array("later\n".utf8))
      begun.ours.removeFirst()
      let waiting = Task { try await shim.wait() }
      var status: Int32 = 0
      waitpid(pid_t(pid), &status, 0)
      let exit = try await waiting.value
      #expect(exit == 4 || exit == 255)
      let deadline = ContinuousClock.now + .seconds(10)
      while try !shim.log().contains("later"), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(try shim.log().contains("later"))
    }
  }

  /// A process that keeps its input open has a pipe of its own, whose end comes back.
  @Test func inputThatStaysOpenComesBack() async throws {
    try await ShimFixture.use { shim in
      let begun = try await start(shim, ["sh", "-c", "read a; read b; echo $a $b"], input: true, inputOnce: false)
      #expect(begun.descriptors.count == begun.kinds.count + 1)
      try begun.descriptors.last?.writeAll(Array("one\n".utf8))
      try await shim.attach(input: true, output: false)[0].writeAll(Array("two\n".utf8))
      #expect(try await Reading.all(begun.ours[1]) == Array("one two\n".utf8))
    }
  }

  @Test func aTerminalIsJoinedFromItsFirstByte() async throws {
    try await ShimFixture.use { shim in
      let begun = try await start(shim, ["sh", "-c", "echo first; read x; echo got $x"], input: true, terminal: true)
      #expect(begun.kinds.sorted() == ["process", "terminal"])
      try begun.ours[0].writeAll(Array("typed\r".utf8))
      let text = String(decoding: try await Reading.all(begun.ours[0]), as: UTF8.self)
      #expect(text.contains("first\r\n") && text.hasSuffix("got typed\r\n"), "\(text)")
      #expect(try await shim.wait() == 0)
    }
  }

  @Test func aCommandThatIsNotThereLeavesAContainerThatHasEnded() async throws {
    try await ShimFixture.use { shim in
      let error = await #expect(throws: GantryError.self) { _ = try await start(shim, ["nosuch"]) }
      #expect(error?.code == .notFound)
    }
  }

  @Test func whatCannotBeAStreamIsRefusedAndNothingIsLeft() async throws {
    try await ShimFixture.use { shim in
      try shim.describe(["true"])
      let file = try FileDescriptor.open("/dev/null", O_RDWR)
      for (ends, sentence) in [
        ([], "0 streams came where 1 are to be joined"), ([file, file], "2 streams came where 1 are to be joined"),
        ([file], "a stream to be joined is not a pipe"),
      ] {
        let error = await #expect(throws: GantryError.self) {
          _ = try await shim.shim.create(
            .init(task: .init(id: shim.id, bundle: shim.bundle), attachStdout: true, start: true),
            options: .init(descriptors: ends))
        }
        #expect(error?.code == .invalidArgument && error?.message.hasPrefix(sentence) == true, "\(error as Any)")
      }
      #expect(try await shim.shim.status(.init()).processes.isEmpty)
      _ = try await start(shim, ["true"])
      #expect(try await shim.wait() == 0)
    }
  }
}
