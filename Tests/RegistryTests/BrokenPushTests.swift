import Hashing
import Digests
import Errors
import Glibc
import ImageSpec
import Linux
import Messages
import Testing

/// A registry that fails while it is given something.
@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct BrokenPushTests {
  private let registry: TestRegistry
  private let proxy: FaultProxy

  init() async throws {
    registry = try await TestRegistry()
    proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
  }

  private func push(_ bytes: [UInt8], _ rules: String) async throws -> Pushed {
    try proxy.rule(rules)
    let blob = try Scratch.blob(of: bytes)
    let source = try registry.scratch.file(bytes, "source")
    let pushed = try await withRegistryClient(.init(host: proxy.host)) { try await $0.push("t", blob, from: source) }
    let target = try registry.scratch.file([], "back")
    try await withRegistryClient(.init(host: registry.host)) { _ = try await $0.fetch("t", blob, into: target) }
    #expect(try registry.scratch.bytes("back") == bytes)
    return pushed
  }

  @Test func aSmallBlobIsSentAtOnce() async throws {
    #expect(try await push(Scratch.noise(100_000), "").retries.isEmpty)
    let methods = try proxy.seen().filter { $0.path.contains("/blobs/") }.map(\.method)
    #expect(methods == ["HEAD", "POST", "PUT"])
  }

  @Test func aSmallBlobThatIsCutIsSentAgain() async throws {
    let pushed = try await push(
      Scratch.noise(400_000), "{\"match\":\"PUT .*/uploads/\",\"action\":\"cut-request\",\"at\":100000}")
    #expect(pushed.retries.count == 1)
  }

  @Test func aLargeBlobGoesInPiecesAndGoesOnWhereItBroke() async throws {
    let bytes = Scratch.noise(70 << 20)
    let pushed = try await push(
      bytes, "{\"match\":\"PATCH .*/uploads/\",\"action\":\"status\",\"status\":503,\"skip\":1}")
    #expect(pushed.result?.outcome == .pushed)
    #expect(pushed.retries.count == 1)
    // The registry was asked how much it has, and the first piece is not sent again.
    let last = "\(64 << 20)-\((70 << 20) - 1)"
    #expect(
      try proxy.seen().filter { $0.method == "PATCH" }.map(\.contentRange) == ["0-\((64 << 20) - 1)", last, last])
    #expect(try proxy.seen().filter { $0.method == "POST" }.count == 1)
  }

  @Test func aPieceThatIsCutInTheMiddleArrivesAllTheSame() async throws {
    let pushed = try await push(
      Scratch.noise(70 << 20), "{\"match\":\"PATCH .*/uploads/\",\"action\":\"cut-request\",\"at\":20000000}")
    #expect(pushed.result?.outcome == .pushed)
    #expect(pushed.retries.count == 1)
  }

  @Test func aRegistryThatTakesNoPiecesGetsTheWhole() async throws {
    let pushed = try await push(
      Scratch.noise(66 << 20), "{\"match\":\"PATCH .*/uploads/\",\"action\":\"status\",\"status\":405,\"times\":9}")
    #expect(pushed.result?.outcome == .pushed)
    #expect(try proxy.seen().map(\.method).suffix(2) == ["PATCH", "PUT"])
  }

  @Test func anUploadThatTheRegistryHasForgottenIsBegunAgain() async throws {
    let pushed = try await push(
      Scratch.noise(200_000),
      "{\"match\":\"PUT .*/uploads/\",\"action\":\"status\",\"status\":404},"
        + "{\"match\":\"GET .*/uploads/\",\"action\":\"status\",\"status\":404}")
    #expect(pushed.retries.count == 1)
    #expect(try proxy.seen().filter { $0.method == "POST" }.count == 2)
  }

  @Test func anAnswerThatIsLostIsNotPaidForTwice() async throws {
    // The registry has all of it, and the connection breaks before it can say so.
    let pushed = try await push(Scratch.noise(100_000), "{\"match\":\"PUT .*/uploads/\",\"action\":\"lose\"}")
    #expect(pushed.retries.count == 1)
    #expect(try proxy.seen().filter { $0.method == "POST" }.count == 1)
  }

  @Test(arguments: [429, 500, 503])
  func aServerThatIsTroubledIsAskedAgain(status: Int) async throws {
    let pushed = try await push(
      Scratch.noise(100_000),
      "{\"match\":\"POST .*/uploads/\",\"action\":\"status\",\"status\":\(status),\"headers\":{\"Retry-After\":\"1\"}},"
        + "{\"match\":\"PUT .*/uploads/\",\"action\":\"status\",\"status\":\(status)}")
    #expect(pushed.retries.count == 2)
  }

  @Test func anUploadMayGoOnAtAnotherHostWithoutTheCredentials() async throws {
    try proxy.rule("{\"match\":\"PUT .*/uploads/\",\"action\":\"redirect\",\"status\":307}")
    let bytes = Scratch.noise(100_000)
    let blob = try Scratch.blob(of: bytes)
    let source = try registry.scratch.file(bytes, "source")
    let credentials = GantryRegistryV1.Credentials(registryToken: "secret")
    let pushed = try await withRegistryClient(.init(host: proxy.host, credentials: credentials)) {
      try await $0.push("t", blob, from: source)
    }
    #expect(pushed.result?.outcome == .pushed)
    let seen = try proxy.seen()
    #expect(seen.filter(\.isSecond).map(\.method) == ["PUT"])
    #expect(seen.filter(\.isSecond).allSatisfy { $0.authorization.isEmpty })
    #expect(seen.contains { $0.authorization == "Bearer secret" })
  }

  @Test func aManifestThatIsRefusedIsQuoted() async throws {
    let missing = try Digest.of("missing".utf8)
    let manifest = Manifest(
      config: .init(mediaType: .ociConfig, digest: missing, size: 7),
      layers: [.init(mediaType: .ociLayerGzip, digest: missing, size: 7)])
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: registry.host)) { process in
        try await TestImages(process: process, scratch: registry.scratch, repository: "t")
          .put(manifest.serialized(), .ociManifest, tag: "x")
      }
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("manifest blob unknown: blob unknown to registry") == true)
  }

  @Test func whatIsNoPushIsRefused() async throws {
    let (registry, bytes) = (registry, Scratch.noise(1000))
    let source = try registry.scratch.file(bytes, "source")
    var foreign = try Scratch.blob(of: bytes)
    foreign.mediaType = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    var longer = try Scratch.blob(of: bytes)
    longer.size += 1
    let wrong = try Scratch.blob(of: Scratch.noise(1000))
    for (blob, code, words) in [
      (foreign, ErrorCode.invalidArgument, "is a foreign one"),
      (longer, .failedPrecondition, "has 1000 bytes in its file"),
      (wrong, .invalidArgument, "digest invalid"),
    ] {
      let error = await #expect(throws: GantryError.self) {
        try await withRegistryClient(.init(host: registry.host)) { try await $0.push("t", blob, from: source) }
      }
      #expect(error?.code == code)
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    }
  }
}
