import Core
import Engine
import Errors
import Glibc
import Linux
import Messages
import Testing

struct ContainerLifeTests {
  @Test func aContainerLivesAndLeavesNothing() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create("c1")
    #expect(try await test.list().map(\.status) == ["Created"])
    try await test.start(id)
    try await test.start("c1")
    #expect(try await test.list().map(\.state) == ["running"])
    async let outcome = test.containers.wait(.init(container: id, condition: .nextExit), context: test.context)
    test.shims.end(id, status: 7)
    #expect(try await outcome.exitCode == 7)
    #expect(try await test.containers.wait(.init(container: "c1"), context: test.context).exitCode == 7)
    #expect(try await test.list()[0].status.hasPrefix("Exited (7)"))
    #expect(try await test.eventually { test.shims.shims.isEmpty })
    _ = try await test.containers.remove(.init(container: String(id.prefix(12))), context: test.context)
    #expect(try await test.list().isEmpty && test.storage.value.snapshots.count == 2)
    #expect(try Directory.names(in: test.scratch.file("root/containers")).isEmpty)
  }

  @Test func whoWaitsForTheRemovalIsToldTheExitCode() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create(autoRemove: true)
    async let outcome = test.containers.wait(.init(container: id, condition: .removed), context: test.context)
    try await test.start(id)
    test.shims.end(id, status: 3)
    #expect(try await outcome.exitCode == 3)
    #expect(try await test.list().isEmpty)
    #expect(test.storage.value.snapshots.count == 2)
    #expect(try await test.eventually { test.shims.shims.isEmpty })
  }

  @Test(.enabled(if: getuid() == 0, "network namespaces need root"))
  func theBridgeGivesAPlaceAndTakesItBack() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create(network: "default")
    try await test.start(id)
    #expect(test.network.members == [id])
    _ = try await test.containers.stop(.init(container: id), context: test.context)
    #expect(try await test.eventually { test.network.members.isEmpty })
    #expect(test.shims.signals == [15])
  }

  @Test func whoDoesNotHeedTheStopSignalIsKilled() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create()
    try await test.start(id)
    test.shims.ignore([15])
    _ = try await test.containers.stop(.init(container: id, timeout: 0, hasTimeout: true), context: test.context)
    #expect(test.shims.signals == [15, 9])
    #expect(try await test.list()[0].status.hasPrefix("Exited (137)"))
  }

  @Test(arguments: [ErrorCode.notFound: 127, .permissionDenied: 126, .invalidArgument: 128] as [ErrorCode: UInt32])
  func aStartThatFailsIsRemembered(_ entry: (code: ErrorCode, exitCode: UInt32)) async throws {
    let (code, exitCode) = entry
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create("c1")
    test.shims.refuse(GantryError(code, "exec: \"x\": no"))
    let error = await #expect(throws: GantryError.self) { try await test.start(id) }
    #expect(error?.code == code && error?.message == "exec: \"x\": no")
    #expect(test.shims.shims.isEmpty)
    #expect(try await test.containers.wait(.init(container: id), context: test.context).exitCode == exitCode)
    let again = try await test.restarted()
    #expect(try await again.list().map(\.status) == ["Created"])
    test.shims.refuse(nil)
    try await again.start("c1")
    #expect(try await again.list().map(\.state) == ["running"])
  }

  @Test func aStartThatFailsTakesAContainerThatRemovesItselfWithIt() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create(autoRemove: true)
    test.shims.refuse(GantryError(.notFound, "no such command"))
    await #expect(throws: GantryError.self) { try await test.start(id) }
    #expect(try await test.list().isEmpty && test.storage.value.snapshots.count == 2)
  }

  @Test(arguments: ["create.recorded", "create.prepared"])
  func aCreationThatStopsAnywhereLeavesNothing(_ place: String) async throws {
    let test = try await TestEngine(failpoints: Failpoints([place: .error]))
    try await test.importImage()
    await #expect(throws: GantryError.self) { try await test.create("c1") }
    #expect(try await test.list().isEmpty && test.storage.value.snapshots.count == 2)
    #expect(try Directory.names(in: test.scratch.file("root/containers")).isEmpty)
    #expect(try await test.database.transaction { try RemovalTable($0).all() }.isEmpty)
  }

  @Test(arguments: ["start.intended", "start.spawned"])
  func aStartThatStopsAnywhereLeavesNoShim(_ place: String) async throws {
    let test = try await TestEngine(failpoints: Failpoints([place: .error]))
    try await test.importImage()
    let id = try await test.create()
    await #expect(throws: GantryError.self) { try await test.start(id) }
    #expect(test.shims.shims.isEmpty)
    #expect(try await test.list().map(\.state) == ["created"])
  }

  @Test func namesAreTakenOnceAndAreFreeAfterARename() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let first = try await test.create("c1")
    let error = await #expect(throws: GantryError.self) { try await test.create("c1") }
    #expect(
      error?.message == """
        Conflict. The container name "/c1" is already in use by container "\(first)". You have to remove (or rename) \
        that container to be able to reuse that name.
        """)
    _ = try await test.containers.rename(.init(container: "c1", name: "c2"), context: test.context)
    _ = try await test.create("c1")
    let clash = await #expect(throws: GantryError.self) {
      try await test.containers.rename(.init(container: "c2", name: "c1"), context: test.context)
    }
    #expect(clash?.message.hasPrefix("Error when allocating new name: Conflict. The container name \"/c1\"") == true)
    let bad = await #expect(throws: GantryError.self) {
      try await test.containers.rename(.init(container: "c2", name: "a b"), context: test.context)
    }
    #expect(bad?.message.hasPrefix("Error when allocating new name: Invalid container name (a b)") == true)
    #expect(try await Set(test.list().map(\.name)) == ["c1", "c2"])
  }

  @Test func pausedContainersAreResumedToDie() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let id = try await test.create()
    try await test.start(id)
    _ = try await test.containers.pause(.init(container: id), context: test.context)
    #expect(try await test.list().map(\.state) == ["paused"])
    _ = try await test.containers.stop(.init(container: id), context: test.context)
    #expect(try await test.list().map(\.state) == ["exited"])
  }
}
