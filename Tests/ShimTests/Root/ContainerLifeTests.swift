import AsyncServices
import AsyncWire
import Errors
import Glibc
import Linux
import Messages
import Testing

@Suite(.serialized, .enabled(if: Busybox.canRunContainers, "\(Busybox.reason)"))
struct ContainerLifeTests {
  @Test func aContainerRunsIsLoggedAndItsExitIsKept() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sh", "-c", "echo out; echo err >&2; printf tail; exit 7"])
      #expect(try await shim.tasks.state(.init(id: shim.id)).status == .created)
      try await shim.start()
      #expect(try await shim.wait() == 7)
      let record = try GantryShimV1.ExitRecord(
        serialized: FileDescriptor.open("\(shim.bundle)/exit", O_RDONLY).readAll())
      #expect(record.exitStatus == 7)
      #expect(record.id == shim.id)
      #expect(!record.oomKilled)
      #expect(try await shim.wait() == 7)
      let response = try await shim.tasks.delete(.init(id: shim.id))
      #expect(response.exitStatus == 7)
      let log = try shim.log()
      #expect(log.contains(#"{"log":"out\n","stream":"stdout","time":"#))
      #expect(log.contains(#"{"log":"err\n","stream":"stderr","time":"#))
      #expect(log.contains(#"{"log":"tail","stream":"stdout","time":"#))
      let error = await #expect(throws: GantryError.self) { try await shim.tasks.state(.init(id: shim.id)) }
      #expect(error?.code == .notFound)
    }
  }

  @Test func killingEndsItForEveryoneWhoWaits() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sleep", "1000"])
      try await shim.start()
      async let first = shim.wait()
      async let second = shim.wait()
      let error = await #expect(throws: GantryError.self) { try await shim.tasks.delete(.init(id: shim.id)) }
      #expect(error?.message.contains("cannot delete a running process") == true)
      _ = try await shim.tasks.kill(.init(id: shim.id, signal: UInt32(SIGKILL)))
      #expect(try await [first, second] == [137, 137])
      let late = await #expect(throws: GantryError.self) {
        try await shim.tasks.kill(.init(id: shim.id, signal: UInt32(SIGTERM)))
      }
      #expect(late?.code == .notFound)
      #expect(late?.message.contains("process already finished") == true)
    }
  }

  @Test func nothingChangesWhenTheSupervisorGoes() async throws {
    try await ShimFixture.use { shim in
      let first = try await Client.connect(path: shim.socket)
      try await shim.create(["sh", "-c", "for i in $(seq 50); do echo $i; sleep 0.02; done; exit 4"])
      try await shim.start()
      let pid = try await ContainerdTaskV2.TaskClient(first).state(.init(id: shim.id)).pid
      let waiting = Task { try? await ContainerdTaskV2.TaskClient(first).wait(.init(id: shim.id)) }
      first.close()
      _ = await waiting.value
      let back = try await Client.connect(path: shim.socket)
      let status = try await GantryShimV1.ShimClient(back).status(.init())
      #expect(status.processes.map(\.pid) == [pid])
      #expect(status.shimPid == UInt32(shim.pid))
      #expect(try await shim.wait() == 4)
      #expect(try await GantryShimV1.ShimClient(back).status(.init()).processes.first?.state == "stopped")
      back.close()
      let log = try shim.log()
      #expect(log.split(separator: "\n").count == 50)
    }
  }

  @Test func rubbishOnTheSocketHarmsNobody() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sleep", "1000"])
      try await shim.start()
      for _ in 0..<20 {
        let socket = try UnixSocket.connect(path: shim.socket)
        let bytes = (0..<200).map { _ in UInt8.random(in: 0...255) }
        _ = try? socket.writeAll(bytes)
      }
      #expect(try await shim.tasks.state(.init(id: shim.id)).status == .running)
    }
  }

  @Test func pausedProcessesStandStillAndFiguresAreTold() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sh", "-c", "while :; do :; done"])
      try await shim.start()
      let pids = try await shim.tasks.pids(.init(id: shim.id)).processes.map(\.pid)
      #expect(pids == [try await shim.tasks.state(.init(id: shim.id)).pid])
      _ = try await shim.tasks.pause(.init(id: shim.id))
      #expect(try await shim.tasks.state(.init(id: shim.id)).status == .paused)
      _ = try await shim.tasks.resume(.init(id: shim.id))
      #expect(try await shim.tasks.state(.init(id: shim.id)).status == .running)
      let stats = try #require(try await shim.tasks.stats(.init(id: shim.id)).stats)
      #expect(stats.typeUrl.hasPrefix("io.containerd.cgroups.v"))
      if stats.isA(IoContainerdCgroupsV1.Metrics.self) {
        let metrics: IoContainerdCgroupsV1.Metrics = try stats.unpack()
        #expect((metrics.memory?.usage?.usage ?? 0) > 0)
        #expect((metrics.cpu?.usage?.total ?? 0) > 0)
      }
    }
  }

  @Test func aMissingCommandIsToldAsSuch() async throws {
    try await ShimFixture.use { shim in
      let error = await #expect(throws: GantryError.self) {
        try await shim.create(["nosuch"])
        try await shim.start()
      }
      #expect(error?.code == .notFound, "\(String(describing: error))")
    }
  }

  @Test func memoryThatRunsOutIsTold() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sh", "-c", "x=$(yes | head -c 60000000); echo $x"], memoryInBytes: 16 << 20)
      try await shim.start()
      _ = try await shim.wait()
      let status = try await shim.shim.status(.init()).processes.first
      #expect(status?.oomKilled == true)
    }
  }

  @Test func aSecondProcessRunsAndIsJoined() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sleep", "1000"])
      try await shim.start()
      let process = #"{"args":["sh","-c","cat; echo done >&2; exit 5"],"cwd":"/","env":["PATH=/bin"]}"#
      var (descriptors, theirs) = try ShimFixture.ends(input: true, output: true, error: true, isTerminal: false)
      let reply = try await shim.shim.execReply(
        .init(
          id: shim.id, execId: "e1", process: Array(process.utf8), attachStdin: true, attachStdout: true,
          attachStderr: true), options: .init(descriptors: theirs))
      theirs = []
      #expect(reply.message.kinds.sorted() == ["process", "stderr", "stdout"])
      #expect(reply.descriptors.count == 3)
      try descriptors.removeFirst().writeAll(Array("typed\n".utf8))
      #expect(try await Reading.all(descriptors[0]) == Array("typed\n".utf8))
      #expect(try await Reading.all(descriptors[1]) == Array("done\n".utf8))
      #expect(try await shim.wait("e1") == 5)
      #expect(try await shim.tasks.delete(.init(id: shim.id, execId: "e1")).exitStatus == 5)
      let missing = await #expect(throws: GantryError.self) {
        try await shim.shim.exec(
          .init(id: shim.id, execId: "e2", process: Array(#"{"args":["/nosuch"],"cwd":"/"}"#.utf8)))
      }
      #expect(missing?.code == .notFound)
      let code = Array(#"{"args":["/bin/sh","-c","exit 5"],"cwd":"/"}"#.utf8)
      _ = try await shim.shim.exec(.init(id: shim.id, execId: "e3", process: code))
      #expect(try await shim.wait("e3") == 5)
    }
  }

  @Test func aShimWithAContainerDoesNotShutDown() async throws {
    try await ShimFixture.use { shim in
      try await shim.create(["sleep", "1000"])
      try await shim.start()
      _ = try await shim.tasks.shutdown(.init(id: shim.id))
      kill(shim.pid, SIGTERM)
      #expect(try await shim.tasks.state(.init(id: shim.id)).status == .running)
    }
  }
}
