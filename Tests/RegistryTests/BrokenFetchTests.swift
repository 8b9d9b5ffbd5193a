import Digests
import Errors
import Glibc
import Linux
import Messages
import Testing

/// A registry that fails in mid-transfer.
@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct BrokenFetchTests {
  private static let size = 3_000_000
  private let registry: TestRegistry
  private let proxy: FaultProxy
  private let bytes = Scratch.noise(Self.size)
  private let blob: GantryWorkerV1.Blob

  init() async throws {
    registry = try await TestRegistry()
    proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
    blob = try Scratch.blob(of: bytes)
    let (registry, blob) = (registry, blob)
    let source = try registry.scratch.file(bytes, "source")
    try await withRegistryClient(.init(host: registry.host)) { _ = try await $0.push("t", blob, from: source) }
  }

  private func fetch(
    _ rules: String, into name: String = "target", retries: UInt32 = 0, arguments: [String] = []
  ) async throws -> Fetched {
    try proxy.rule(rules)
    let target = try FileDescriptor.open("\(registry.scratch.path)/\(name)", O_RDWR | O_CREAT)
    let blob = blob
    return try await withRegistryClient(
      .init(host: proxy.host, retries: retries), ["--first-retry", "20"] + arguments
    ) { try await $0.fetch("t", blob, into: target) }
  }

  @Test func aConnectionThatIsCutIsGoneOnWithWhereItBroke() async throws {
    let fetched = try await fetch("{\"match\":\"GET .*/blobs/\",\"action\":\"cut\",\"at\":1234567,\"times\":2}")
    #expect(try registry.scratch.bytes("target") == bytes)
    #expect(fetched.result?.fetched == Int64(Self.size))
    #expect(fetched.retries.count == 2)
    #expect(fetched.retries.first?.retryIn == 1)
    #expect(fetched.retries.first?.reason.isEmpty == false)
    let ranges = try proxy.seen().filter { $0.path.contains("/blobs/") }.map(\.range)
    #expect(ranges == ["", "bytes=1234567-", "bytes=2469134-"])
  }

  @Test func anAnswerThatEndsTooEarlyIsRefusedAtOnce() async throws {
    let error = await #expect(throws: GantryError.self) {
      try await fetch("{\"match\":\"GET .*/blobs/\",\"action\":\"truncate\",\"at\":1000}")
    }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message == "blob \(blob.digest) is not what its manifest says: it has 1000 bytes, not \(Self.size)")
  }

  @Test func aServerThatKnowsNoRangesIsNotWrittenTwice() async throws {
    let fetched = try await fetch(
      "{\"match\":\"GET .*/blobs/\",\"action\":\"cut\",\"at\":2000000},"
        + "{\"match\":\"GET .*/blobs/\",\"action\":\"ignore-range\",\"times\":9}")
    #expect(try registry.scratch.bytes("target") == bytes)
    #expect(fetched.retries.count == 1)
  }

  @Test(arguments: [(416, "bytes */3000000"), (206, "bytes 2500000-2999999/3000000"), (206, "")])
  func aServerThatHasNoPartsIsAskedForTheWhole(status: Int, contentRange: String) async throws {
    let fetched = try await fetch(
      "{\"match\":\"GET .*/blobs/\",\"action\":\"cut\",\"at\":2000000},"
        + "{\"match\":\"GET .*/blobs/\",\"action\":\"status\",\"status\":\(status),\"body\":\"x\","
        + "\"headers\":{\"Content-Range\":\"\(contentRange)\"}}")
    #expect(try registry.scratch.bytes("target") == bytes)
    #expect(fetched.retries.count == 1)
    let ranges = try proxy.seen().filter { $0.path.contains("/blobs/") }.map(\.range)
    #expect(ranges == ["", "bytes=2000000-", ""])
  }

  @Test func damagedContentIsRefusedAndForgotten() async throws {
    let error = await #expect(throws: GantryError.self) {
      try await fetch("{\"match\":\"GET .*/blobs/\",\"action\":\"corrupt\",\"at\":70000}")
    }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message.hasPrefix("blob \(blob.digest) is not what its digest says") == true)
    #expect(try registry.scratch.bytes("target") == [])
  }

  @Test func aBeginningThatWasDamagedOnDiskIsFetchedAgain() async throws {
    var start = Array(bytes[..<2_000_000])
    start[100] ^= 1
    _ = try registry.scratch.file(start, "target")
    let fetched = try await fetch("")
    #expect(try registry.scratch.bytes("target") == bytes)
    #expect(fetched.result?.fetched == Int64(Self.size + 1_000_000))
  }

  @Test func aGoodBeginningIsNotFetchedAgain() async throws {
    _ = try registry.scratch.file(Array(bytes[..<2_000_000]), "target")
    #expect(try await fetch("").result?.fetched == 1_000_000)
    #expect(try registry.scratch.bytes("target") == bytes)
    _ = try registry.scratch.file(bytes + [1, 2, 3], "longer")
    #expect(try await fetch("", into: "longer").result?.fetched == Int64(Self.size))
    #expect(try registry.scratch.bytes("longer") == bytes)
  }

  @Test(arguments: [429, 500, 502, 503, 504])
  func aServerThatIsTroubledIsAskedAgain(status: Int) async throws {
    let fetched = try await fetch(
      "{\"match\":\"GET .*/blobs/\",\"action\":\"status\",\"status\":\(status),\"times\":2,\"headers\":{\"Retry-After\":\"1\"}}"
    )
    #expect(try registry.scratch.bytes("target") == bytes)
    #expect(fetched.retries.map(\.retryIn) == [1, 1])
  }

  @Test(arguments: [429, 500]) func aServerThatStaysTroubledIsGivenUpAndQuoted(status: Int) async throws {
    let body = "{\\\"errors\\\":[{\\\"code\\\":\\\"TOOMANYREQUESTS\\\",\\\"message\\\":\\\"slow down\\\"}]}"
    let error = await #expect(throws: GantryError.self) {
      try await fetch(
        "{\"match\":\"GET .*/blobs/\",\"action\":\"status\",\"status\":\(status),\"times\":99,\"body\":\"\(body)\"}",
        retries: 2)
    }
    #expect(error?.code == .unavailable)
    // What is wrong with the server itself is told with its address.
    let message = error?.message.replacing(#/Get ".*/v2/t/blobs/sha256:[0-9a-f]+": /#, with: "GET ")
    let place = status == 500 ? "GET " : ""
    #expect(
      message == "blob \(blob.digest): \(place)toomanyrequests: slow down; given up after 3 tries")
    #expect(try proxy.seen().filter { $0.path.contains("/blobs/") }.count == 3)
  }

  @Test func aServerThatWantsAnHoursPatienceIsNotWaitedFor() async throws {
    let error = await #expect(throws: GantryError.self) {
      try await fetch(
        "{\"match\":\"GET .*/blobs/\",\"action\":\"status\",\"status\":503,\"times\":9,\"headers\":{\"Retry-After\":\"3600\"}}"
      )
    }
    #expect(error?.message.contains("wants to be asked again in 3600 seconds") == true)
  }

  @Test func aServerThatStandsStillIsAskedAgain() async throws {
    let fetched = try await fetch(
      "{\"match\":\"GET .*/blobs/\",\"action\":\"stall\",\"at\":100000,\"seconds\":8}",
      arguments: ["--stall-timeout", "1000"])
    #expect(try registry.scratch.bytes("target") == bytes)
    #expect(fetched.retries.first?.reason.contains("it stands still") == true)
  }

  @Test func aServerThatIsSlowToAnswerIsWaitedFor() async throws {
    let fetched = try await fetch("{\"match\":\"GET .*/blobs/\",\"action\":\"delay\",\"seconds\":1}")
    #expect(fetched.retries.isEmpty && fetched.result?.size == Int64(Self.size))
  }

  @Test func aBlobThatIsLongerThanPromisedIsRefused() async throws {
    var shorter = blob
    shorter.size -= 1
    let wanted = shorter
    let target = try registry.scratch.file([], "short")
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: registry.host)) { try await $0.fetch("t", wanted, into: target) }
    }
    #expect(error?.code == .failedPrecondition)
    #expect(
      error?.message
        == "blob \(blob.digest) is not what its manifest says: it has \(Self.size) bytes, not \(Self.size - 1)")
  }

  @Test func aBlobThatIsNotThereIsNotFound() async throws {
    let none = try Scratch.blob(of: [1])
    let target = try registry.scratch.file([], "none")
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: registry.host)) { try await $0.fetch("t", none, into: target) }
    }
    #expect(error?.code == .notFound)
    #expect(error?.message == "blob \(none.digest): blob unknown: blob unknown to registry")
  }

  @Test func aRegistryThatIsGoneIsReportedWithinSeconds() async throws {
    let port = try TestRegistry.freePort()
    let target = try registry.scratch.file([], "none")
    let blob = blob
    let start = ContinuousClock.now
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: "127.0.0.1:\(port)")) { try await $0.fetch("t", blob, into: target) }
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("Get \"http://127.0.0.1:\(port)/v2/\": ") == true)
    #expect(error?.message.contains("connection refused") == true, "\(String(describing: error))")
    #expect(start.duration(to: .now) < .seconds(5))
  }
}
