import Core
import Engine
import Errors
import Glibc
import Linux
import Messages
import Testing

struct ReconcilerTests {
  private func running(_ name: String = "c1", autoRemove: Bool = false) async throws -> (TestEngine, String) {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create(name, autoRemove: autoRemove)
    try await test.start(id)
    return (test, id)
  }

  @Test func whatRunsIsTakenUpAndWatched() async throws {
    let (test, id) = try await running()
    let again = try await test.restarted()
    #expect(try await again.list().map(\.state) == ["running"])
    async let outcome = again.containers.wait(.init(container: id, condition: .nextExit), context: again.context)
    test.shims.end(id, status: 4)
    #expect(try await outcome.exitCode == 4)
  }

  @Test func whatEndedMeanwhileIsRecordedAsTheShimTells() async throws {
    let (test, id) = try await running()
    await test.database.close()
    test.shims.place(id, state: "stopped", status: 9)
    let again = try await test.restarted()
    #expect(try await again.list()[0].status.hasPrefix("Exited (9)"))
    #expect(try await again.eventually { again.shims.shims.isEmpty })
  }

  @Test func whatIsGoneWithoutAWordCountsAsKilled() async throws {
    let (test, id) = try await running()
    test.shims.kill(id)
    let again = try await test.restarted()
    #expect(try await again.list()[0].status.hasPrefix("Exited (137)"))
    let json = try await again.containers.inspect(.init(container: id), context: again.context).json
    #expect(String(decoding: json, as: UTF8.self).contains("its shim was gone when gantryd started"))
  }

  @Test func aContainerWhoseShimDiedIsTakenOver() async throws {
    let (test, id) = try await running()
    test.shims.kill(id)
    test.shims.allowTakeOver()
    let again = try await test.restarted()
    #expect(try await again.list().map(\.state) == ["running"])
    _ = try await again.containers.stop(.init(container: id), context: again.context)
    #expect(try await again.list()[0].status.hasPrefix("Exited (143)"))
  }

  @Test func containersThatRemoveThemselvesDoSoAfterARestart() async throws {
    let (test, id) = try await running(autoRemove: true)
    await test.database.close()
    test.shims.place(id, state: "stopped")
    let again = try await test.restarted()
    #expect(try await again.eventually { try await again.list().isEmpty && again.storage.value.snapshots.count == 2 })
  }

  @Test func aStartNobodyCouldWriteDownIsTakenUp() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create()
    test.shims.place(id, state: "running")
    let again = try await test.restarted()
    #expect(try await again.list().map(\.state) == ["running"])
  }

  @Test func whatWasBuiltAndNeverStartedIsTakenDown() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create()
    test.shims.place(id, state: "created")
    let again = try await test.restarted()
    #expect(try await again.list().map(\.state) == ["created"])
    #expect(again.shims.shims.isEmpty)
  }

  @Test func halfMadeContainersAreUndone() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let half = Sample.record(name: "half", lifecycle: .creating)
    try await test.database.transaction { try ContainerTable($0).insert(half) }
    test.storage.update { $0.snapshots[half.id] = "" }
    let again = try await test.restarted()
    #expect(try await again.list().isEmpty)
    #expect(try await again.eventually { again.storage.value.snapshots[half.id] == nil })
    _ = try await again.create("half")
  }

  @Test func removalsThatWereAnsweredForAreFinished() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = HexID.random()
    test.storage.update { $0.snapshots[id] = "" }
    try Directory.create(test.scratch.file("root/containers/\(id)"), mode: 0o700)
    try await test.database.transaction { try RemovalTable($0).add(.init(container: id, network: "")) }
    let again = try await test.restarted()
    #expect(
      try await again.eventually {
        let removals = try await again.database.transaction { try RemovalTable($0).all() }
        return removals.isEmpty && again.storage.value.snapshots[id] == nil
      })
  }

  @Test func strangersAreEnded() async throws {
    let test = try await TestEngine()
    test.shims.place("stranger", state: "running")
    test.network.add(.init(networkId: "other", endpointId: "e", containerId: "e"))
    let again = try await test.restarted()
    #expect(try await again.eventually { again.shims.shims.isEmpty })
    #expect(again.network.members == ["e"], "another engine's networks are none of its business")
  }

  @Test func oneBadRecordIsSteppedOver() async throws {
    let (test, id) = try await running()
    let other = Sample.record(name: "bad")
    try await test.database.transaction { transaction in
      try ContainerTable(transaction).insert(other)
      try transaction.execute("UPDATE containers SET state = 'bogus' WHERE id = ?", other.id)
    }
    let again = try await test.restarted()
    #expect(try await again.list().map(\.id) == [id])
  }
}
