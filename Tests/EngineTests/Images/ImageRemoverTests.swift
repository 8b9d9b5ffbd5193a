import Core
import Engine
import Errors
import Messages
import Testing

struct ImageRemoverTests {
  private func remove(_ test: TestEngine, _ name: String, force: Bool = false) async throws
    -> GantryEngineV1.RemoveImageResponse
  { try await test.images.remove(.init(name: name, force: force), context: test.context) }

  @Test func theLastNameTakesTheImageWithIt() async throws {
    let test = try await TestEngine()
    let id = try await test.importImage().images[0].id
    _ = try await test.images.tag(.init(source: "busybox", target: "other:1"), context: test.context)
    let first = try await remove(test, "other:1")
    #expect(first.untagged == ["other:1"] && first.deleted.isEmpty)
    let second = try await remove(test, "busybox")
    #expect(second.untagged == ["busybox:latest"])
    #expect(second.deleted.count == 3 && second.deleted[0] == id && second.deleted[2] == TestEngine.digest("55"))
    #expect(test.storage.value.blobs.isEmpty && test.storage.value.snapshots.isEmpty)
  }

  @Test func pruningTakesEveryNameOfAnImageThatWasPulledAndTagged() async throws {
    let test = try await TestEngine()
    let id = try await test.importImage().images[0].id
    let names = ["host/app@\(TestEngine.digest("11"))", "host/app:1", "other:1", "other:2"]
    try await test.database.transaction { transaction in
      let table = ImageTable(transaction)
      try table.removeName("busybox:latest")
      for name in names { try table.setName(name, image: id, at: .now) }
    }
    let server = ImageStoreServer(test.engine)
    let pruned = try await server.prune(.init(all: true), context: test.context)
    #expect(Set(pruned.removed.map(\.untagged).filter { !$0.isEmpty }) == Set(names))
    #expect(pruned.removed.contains { $0.deleted == id })
    #expect(test.storage.value.blobs.isEmpty && test.storage.value.snapshots.isEmpty)
  }

  @Test func conflictsAreToldInDockersWords() async throws {
    let test = try await TestEngine()
    let id = try await test.importImage().images[0].id
    let short = HexID.short(id)
    let container = try await test.create("c1")
    func message(_ name: String, force: Bool = false) async -> String {
      let error = await #expect(throws: GantryError.self) { try await remove(test, name, force: force) }
      return error?.message ?? ""
    }
    #expect(
      await message("busybox") == """
        conflict: unable to remove repository reference "busybox" (must force) - container \
        \(HexID.short(container)) is using its referenced image \(short)
        """)
    #expect(
      await message(short) == """
        conflict: unable to delete \(short) (must be forced) - image is being used by stopped container \
        \(HexID.short(container))
        """)
    _ = try await test.images.tag(.init(source: "busybox", target: "other:1"), context: test.context)
    #expect(
      await message(short)
        == "conflict: unable to delete \(short) (must be forced) - image is referenced in multiple repositories")
    try await test.start(container)
    #expect(
      await message(short, force: true) == """
        conflict: unable to delete \(short) (cannot be forced) - image is being used by running container \
        \(HexID.short(container))
        """)
    #expect(await message("nosuch") == "No such image: nosuch:latest")
  }

  @Test func layersOfAnotherImageStay() async throws {
    var other = TestEngine.image
    other.names = ["other:1"]
    other.config?.digest = TestEngine.digest("77")
    other.layers = [other.layers[0]]
    other.diffIds = [other.diffIds[0]]
    let test = try await TestEngine(workers: FakeWorkers(images: [TestEngine.image, other]))
    try await test.importImage()
    let removed = try await remove(test, "busybox")
    #expect(removed.deleted.count == 2)
    #expect(test.storage.value.committed == [TestEngine.digest("55")])
    #expect(test.storage.value.blobs == [TestEngine.digest("11"), TestEngine.digest("77"), TestEngine.digest("33")])
  }

  @Test func oneRemovalThatFailsDoesNotStopTheRest() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    let top = try #require(test.storage.value.committed.first { $0 != TestEngine.digest("55") })
    test.storage.update { _ = $0.stuck.insert(top) }
    let removed = try await remove(test, "busybox")
    #expect(removed.deleted.count == 1 && test.storage.value.blobs.isEmpty)
    test.storage.update { $0.stuck = [] }
    let again = try await test.restarted()
    #expect(try await again.eventually { again.storage.value.snapshots.isEmpty })
  }
}
