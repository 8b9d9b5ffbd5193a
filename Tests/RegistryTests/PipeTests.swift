import Errors
import Glibc
import Linux
import Messages
import Testing
import Threads

/// The pipe by which an unpacker reads a blob while it comes.
@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct PipeTests {
  private let registry: TestRegistry
  private let proxy: FaultProxy
  private let bytes = Scratch.noise(4_000_000)
  private let blob: GantryWorkerV1.Blob

  init() async throws {
    registry = try await TestRegistry()
    proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
    blob = try Scratch.blob(of: bytes)
    let blob = blob
    let source = try registry.scratch.file(bytes, "source")
    try await withRegistryClient(.init(host: registry.host)) { _ = try await $0.push("t", blob, from: source) }
  }

  private let threads = BlockingThreads(name: "readers", limit: 2)

  private func reading(_ pipe: FileDescriptor) -> Task<[UInt8], any Error> {
    Task { [threads] in try await threads.run { try pipe.readAll() } }
  }

  @Test(arguments: ["", "{\"match\":\"GET .*/blobs/\",\"action\":\"cut\",\"at\":1500000,\"times\":2}"])
  func theReaderGetsTheVeryBytesWhateverHappensToTheConnection(rules: String) async throws {
    try proxy.rule(rules)
    let target = try registry.scratch.file(Array(bytes[..<700_000]), "target")
    let (blob, host) = (blob, proxy.host)
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    let reader = reading(readEnd)
    try await withRegistryClient(.init(host: host)) { process in
      _ = try await process.fetch("t", blob, into: target, pipe: writeEnd)
    }
    #expect(try await reader.value == bytes)
    #expect(try registry.scratch.bytes("target") == bytes)
  }

  @Test func aReaderThatGoesAwayDoesNotStopTheDownload() async throws {
    let target = try registry.scratch.file([], "target")
    let (blob, host) = (blob, registry.host)
    let (readEnd, pipe) = try FileDescriptor.pipe()
    readEnd.closeForAll()
    let fetched = try await withRegistryClient(.init(host: host)) {
      try await $0.fetch("t", blob, into: target, pipe: pipe)
    }
    #expect(fetched.result?.size == blob.size)
    #expect(try registry.scratch.bytes("target") == bytes)
  }

  @Test func aSlowReaderDoesNotHoldTheDownload() async throws {
    let target = try registry.scratch.file([], "target")
    let (blob, host, size) = (blob, registry.host, Int64(bytes.count))
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    try await withRegistryClient(.init(host: host)) { process in
      let fetch = Task { try await process.fetch("t", blob, into: target, pipe: writeEnd) }
      // Nobody has read a byte, and all of it is there.
      try await eventually("the file is whole") { try target.size() == size }
      let reader = reading(readEnd)
      #expect(try await fetch.value.result?.size == size)
      #expect(try await reader.value == bytes)
    }
  }

  @Test func damagedContentEndsThePipeAndFailsTheCall() async throws {
    try proxy.rule("{\"match\":\"GET .*/blobs/\",\"action\":\"corrupt\",\"at\":3999999}")
    let target = try registry.scratch.file([], "target")
    let (blob, host) = (blob, proxy.host)
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    let reader = reading(readEnd)
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: host)) { process in
        try await process.fetch("t", blob, into: target, pipe: writeEnd)
      }
    }
    #expect(error?.code == .failedPrecondition)
    #expect(try await reader.value.count <= bytes.count)
  }

  @Test func aClientThatGoesAwayEndsTheProgramThoughNobodyReads() async throws {
    let target = try registry.scratch.file([], "target")
    let (readEnd, writeEnd) = try FileDescriptor.pipe()
    let process = try RegistryProcess()
    _ = try await process.client.configure(.init(host: registry.host))
    let blob = blob
    let fetch = Task { try await process.fetch("t", blob, into: target, pipe: writeEnd) }
    try await eventually("the file is whole") { try target.size() == blob.size }
    #expect(process.end().isClean)
    await #expect(throws: GantryError.self) { _ = try await fetch.value }
    withExtendedLifetime(readEnd) {}
  }
}
