import Core
import Engine
import Errors
import Linux
import Messages
import Testing

struct ImageImporterTests {
  private func rows(_ test: TestEngine) async throws -> [GantryEngineV1.ImageSummary] {
    try await test.images.list(.init(), context: test.context).images
  }

  @Test func anImportLeavesBlobsLayersAndNames() async throws {
    let test = try await TestEngine()
    let result = try await test.importImage()
    #expect(result.images.map(\.names) == [["busybox:latest"]])
    let chain = try await test.engine.context.database.transaction { try ImageTable($0).all().records[0].chain }
    #expect(chain.count == 2 && chain[0] == TestEngine.digest("55"))
    #expect(test.storage.value.committed == Set(chain))
    #expect(test.storage.value.snapshots.count == 2)
    #expect(test.storage.value.blobs.count == 4)
    let images = try await rows(test)
    #expect(images.map(\.size) == [200] && images[0].repository == "busybox" && images[0].tag == "latest")
    #expect(try await test.database.transaction { try LeaseTable($0).all() }.isEmpty)
    #expect(try Directory.names(in: test.scratch.file("root/tmp")).isEmpty)
  }

  @Test func layersThatAreThereAreNotUnpackedAgain() async throws {
    let test = try await TestEngine()
    try await test.importImage()
    try await test.importImage(name: "again:1")
    #expect(test.workers.layersApplied == 2)
    #expect(try await rows(test).map(\.tag) == ["1", "latest"])
  }

  @Test func aFailedImportLeavesNothing() async throws {
    let test = try await TestEngine()
    test.workers.failToApply(GantryError(.failedPrecondition, "digest differs"))
    await #expect(throws: GantryError.self) { try await test.importImage() }
    #expect(test.storage.value.snapshots.isEmpty && test.storage.value.blobs.isEmpty)
    #expect(try await rows(test).isEmpty)
    #expect(try await test.database.transaction { try LeaseTable($0).all() }.isEmpty)
    #expect(try Directory.names(in: test.scratch.file("root/tmp")).isEmpty)
  }

  @Test(arguments: ["import.staged", "import.read", "import.prepared", "import.applied", "import.unpacked"])
  func anImportThatStopsAnywhereLeavesNothing(_ place: String) async throws {
    let test = try await TestEngine(failpoints: Failpoints([place: .error]))
    await #expect(throws: GantryError.self) { try await test.importImage() }
    #expect(test.storage.value.snapshots.isEmpty && test.storage.value.blobs.isEmpty)
    #expect(try Directory.names(in: test.scratch.file("root/tmp")).isEmpty)
  }

  @Test func whatAKilledImportLeftIsGoneAfterTheNextStart() async throws {
    let storage = FakeStorage()
    storage.update { state in
      state.blobs = [TestEngine.digest("11"), TestEngine.digest("99")]
      state.snapshots = ["extract-1 x": TestEngine.digest("55"), TestEngine.digest("55"): ""]
      state.committed = [TestEngine.digest("55")]
    }
    let scratch = try ScratchDirectory()
    let staging = scratch.file("root/tmp/import-1")
    try Directory.create(staging, mode: 0o700)
    let test = try await TestEngine(scratch: scratch, storage: storage) { database in
      try await database.transaction { transaction in
        let leases = LeaseTable(transaction)
        try leases.add(.init(lease: "l", kind: .directory, key: staging))
        try leases.add(.init(lease: "l", kind: .blob, key: TestEngine.digest("11")))
        try leases.add(.init(lease: "l", kind: .snapshot, key: TestEngine.digest("55")))
        try leases.add(.init(lease: "l", kind: .snapshot, key: "extract-1 x"))
      }
    }
    let isClean = try await test.eventually {
      try storage.value.snapshots.isEmpty && storage.value.blobs.isEmpty && Directory.names(in: staging).isEmpty
    }
    #expect(isClean)
  }
}
