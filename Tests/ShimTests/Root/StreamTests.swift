import AsyncServices
import Errors
import Glibc
import Linux
import Messages
import Testing

@Suite(.serialized, .enabled(if: Busybox.canRunContainers, "\(Busybox.reason)"))
struct StreamTests {
  private static let none = GantryShimV1.LogConfig(driver: "none")

  @Test func aSlowReaderGetsEveryByteAndHoldsNobodyBack() async throws {
    try await ShimFixture.use { shim in
      let block = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
      let content = (0..<64).flatMap { number in [UInt8(number)] + block }
      try FileDescriptor.open("\(shim.bundle)/rootfs/blob", O_WRONLY | O_CREAT).writeAll(content)
      try await shim.create(["cat", "/blob"], log: Self.none)
      let slow = try await shim.attach()[0]
      let fast = try await shim.attach()[0]
      try await shim.start()
      #expect(try await Reading.all(fast) == content)
      // The process has ended although the slow reader has not read a byte.
      #expect(try await shim.wait() == 0)
      #expect(try await Reading.all(slow, pauseEvery: 8 << 20) == content)
    }
  }

  @Test func whatIsUnreadOutlivesTheContainer() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["seq", "200000"])
      let reader = try await shim.attach()[0]
      try await shim.start()
      #expect(try await shim.wait() == 0)
      _ = try await shim.tasks.delete(.init(id: shim.id))
      _ = try await shim.tasks.shutdown(.init(id: shim.id))
      let lines = String(decoding: try await Reading.all(reader), as: UTF8.self).split(separator: "\n")
      #expect(lines.count == 200_000)
      #expect(lines.last == "200000")
    }
  }

  @Test func aLateReaderGetsWhatComesThen() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sh", "-c", "echo early; read x; echo late; read y"], openInput: true)
      let first = try await shim.attach(input: true)
      try await shim.start()
      _ = try await Reading.until("early\n", first[1])
      let late = try await shim.attach()[0]
      try first[0].writeAll(Array("go\n".utf8))
      #expect(try await Reading.until("late\n", late) == "late\n")
      try first[0].writeAll(Array("end\n".utf8))
      #expect(try await Reading.all(late) == [])
    }
  }

  @Test func aReaderThatGoesIsForgotten() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sh", "-c", "read x; seq 100000; exit 3"], openInput: true)
      var readers = try await shim.attach()
      let input = try await shim.attach(input: true, output: false)[0]
      try await shim.start()
      readers.removeAll()
      try input.writeAll(Array("go\n".utf8))
      #expect(try await shim.wait() == 3)
      #expect(try shim.log().split(separator: "\n").count == 100_000)
    }
  }

  @Test func inputEndsWithItsFirstWriter() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["cat"], openInput: true, inputOnce: true)
      var streams = try await shim.attach(input: true)
      try await shim.start()
      try streams[0].writeAll(Array("some input".utf8))
      streams.removeFirst()
      #expect(try await shim.wait() == 0)
      #expect(try await Reading.all(streams[0]) == Array("some input".utf8))
    }
  }

  @Test func inputStaysOpenForTheNextUntilItIsClosed() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["cat"], openInput: true)
      try await shim.start()
      let output = try await shim.attach()[0]
      for word in ["one", "two"] {
        let input = try await shim.attach(input: true, output: false)[0]
        try input.writeAll(Array(word.utf8))
      }
      #expect(try await Reading.until("onetwo", output) == "onetwo")
      _ = try await shim.tasks.closeIO(.init(id: shim.id, stdin: true))
      #expect(try await shim.wait() == 0)
      let error = await #expect(throws: GantryError.self) { try await shim.attach(input: true) }
      #expect(error?.code == .failedPrecondition)
    }
  }

  @Test func aTerminalIsOneSocketBothWays() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sh", "-c", "read x; tty; stty size; echo got $x"], terminal: true, openInput: true)
      let terminal = try await shim.attach(input: true, isTerminal: true)[0]
      _ = try await shim.tasks.resizePty(.init(id: shim.id, width: 99, height: 33))
      try await shim.start()
      try terminal.writeAll(Array("typed\r".utf8))
      let text = String(decoding: try await Reading.all(terminal), as: UTF8.self)
      #expect(text == "typed\r\n/dev/pts/0\r\n33 99\r\ngot typed\r\n", "\(text)")
      #expect(try await shim.wait() == 0)
      #expect(try shim.log().contains(#"{"log":"33 99\r\n","stream":"stdout""#))
    }
  }

  @Test func muchInputIntoATerminalIsHeldBackNotLost() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(
        ["sh", "-c", "stty raw -echo; echo ready; sleep 0.5; head -c 200000 | busybox md5sum"], terminal: true,
        openInput: true)
      let terminal = try await shim.attach(input: true, isTerminal: true)[0]
      try await shim.start()
      _ = try await Reading.until("ready", terminal)
      let bytes = [UInt8](repeating: 0x61, count: 200_000)
      async let written: Void = Reading.write(bytes, to: terminal)
      let text = try await Reading.until("-", terminal)
      try await written
      #expect(text.contains("561b1994f6baacd6e5eaf4baaa12849f"), "\(text)")
      #expect(try await shim.wait() == 0)
    }
  }

  @Test func theLogRotates() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(
        ["seq", "20000"],
        log: .init(driver: "json-file", path: shim.logPath, maxSizeInBytes: 100_000, maxFiles: 3))
      try await shim.start()
      #expect(try await shim.wait() == 0)
      _ = try await shim.tasks.delete(.init(id: shim.id))
      #expect(try shim.log().contains(#"{"log":"20000\n""#))
      #expect(access(shim.logPath + ".2", F_OK) == 0)
      #expect(access(shim.logPath + ".3", F_OK) != 0)
    }
  }
}
