import AsyncServices
import CLinux
import Errors
import Glibc
import Linux
import Messages
import Testing

@Suite(.serialized, .enabled(if: Busybox.canRunContainers, "\(Busybox.reason)"))
struct RecoveryTests {
  /// Its processes become ours when a shim dies: then the exit status is ours to reap.
  init() { _ = gantry_prctl(PR_SET_CHILD_SUBREAPER, 1) }

  @Test func anotherShimGoesOnWhereAKilledOneWas() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(
        ["sh", "-c", "for i in $(seq 60); do echo $i; sleep 0.02; done; cat; exit 4"], openInput: true,
        inputOnce: true)
      try await shim.start()
      let pid = try await shim.tasks.state(.init(id: shim.id)).pid
      let deadline = ContinuousClock.now + .seconds(20)
      while try shim.log().split(separator: "\n").count < 10, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(5))
      }
      try await shim.replace()
      let status = try #require(try await shim.shim.status(.init()).processes.first)
      #expect(status.state == "running")
      #expect(status.pid == pid)
      var streams = try await shim.attach(input: true)
      try streams.removeFirst().writeAll(Array("typed later\n".utf8))
      let waiting = Task { try await shim.wait() }
      _ = try await Reading.until("typed later\n", streams[0])
      reap(pid_t(pid))
      let exit = try await waiting.value
      #expect(exit == 4 || exit == 255)
      let lines = try shim.log().split(separator: "\n")
      #expect(lines.count == 61)
      for (index, line) in lines.prefix(60).enumerated() {
        #expect(line.hasPrefix("{\"log\":\"\(index + 1)\\n\""))
      }
    }
  }

  private func reap(_ pid: pid_t) {
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  @Test func anExitThatWasRecordedIsStillKnown() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sh", "-c", "exit 9"])
      try await shim.start()
      #expect(try await shim.wait() == 9)
      try await shim.replace()
      #expect(try await shim.wait() == 9)
      #expect(try await shim.tasks.delete(.init(id: shim.id)).exitStatus == 9)
    }
  }

  @Test func aContainerThatWasNotStartedHasEnded() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sleep", "1000"])
      try await shim.replace()
      #expect(try await shim.wait() == 255)
    }
  }
}
