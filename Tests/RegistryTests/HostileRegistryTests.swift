import Hashing
import Digests
import Errors
import Glibc
import ImageSpec
import JSON
import Linux
import Messages
import Testing

/// Answers that no honest registry gives.
@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct HostileRegistryTests {
  private let registry: TestRegistry
  private let proxy: FaultProxy

  init() async throws {
    registry = try await TestRegistry()
    proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
  }

  /// A rule that answers in the registry's place.
  private static func answer(
    _ match: String, _ body: String, status: Int64 = 200, times: Int64 = 99, headers: [(String, String)] = []
  ) -> String {
    JSONValue.object(
      JSONObject([
        ("match", .string(match)), ("action", "status"), ("status", .integer(status)), ("body", .string(body)),
        ("times", .integer(times)), ("headers", .object(JSONObject(headers.map { ($0.0, .string($0.1)) }))),
      ])
    ).text()
  }

  private func resolve(_ reference: String = "1") async throws -> GantryRegistryV1.ResolveResponse {
    let staging = try registry.scratch.directory("staging")
    return try await withRegistryClient(.init(host: proxy.host)) {
      try await $0.resolve("t", reference, staging: staging)
    }
  }

  private static let ociManifest = ("Content-Type", MediaType.ociManifest.rawValue)

  @Test(arguments: ["application/vnd.docker.distribution.manifest.v1+prettyjws", "application/json"])
  func aManifestOfDockersFirstSchemaIsToldAsOne(type: String) async throws {
    try proxy.rule(
      Self.answer("manifests", "{\"schemaVersion\":1,\"fsLayers\":[]}", headers: [("Content-Type", type)]))
    let error = await #expect(throws: GantryError.self) { try await resolve() }
    #expect(error?.message.contains("is of Docker's schema version 1, which is not supported any more") == true)
  }

  @Test(arguments: [
    ("{\"schemaVersion\":1,\"name\":\"t\",\"fsLayers\":[]}", "schemaVersion must be 2; version 1 is not supported"),
    ("not json", "JSON is not valid"), ("[]", "must be a JSON object"), ("", "JSON is not valid"),
    ("{\"schemaVersion\":2,\"mediaType\":\"x/y\",\"layers\":[]}", "is of an unsupported media type: x/y"),
    ("{\"schemaVersion\":2,\"layers\":[]}", "config is missing"),
    (String(repeating: "[", count: 100_000), "nested more than"),
    (
      "{\"a\":" + String(repeating: "{\"a\":", count: 2000) + "1" + String(repeating: "}", count: 2001),
      "nested more than"
    ),
    ("{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:../../x\",\"size\":1},\"layers\":[]}", "digest is wrong"),
  ])
  func aManifestThatIsNoneIsRefused(body: String, words: String) async throws {
    try proxy.rule(Self.answer("manifests", body, headers: [Self.ociManifest]))
    let error = await #expect(throws: GantryError.self) { try await resolve() }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    #expect(try registry.scratch.directory("staging").directoryEntries() == [])
  }

  @Test func aPageForPeopleIsToldFromADamagedManifest() async throws {
    try proxy.rule(
      Self.answer("manifests", "<!DOCTYPE html><p>Log in", headers: [("Content-Type", "text/html; charset=utf-8")]))
    let error = await #expect(throws: GantryError.self) { try await resolve() }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("the answer is a page of HTML; is a proxy before the registry?") == true)
  }

  @Test func aManifestWithoutEndIsNotRead() async throws {
    let body = "{\"schemaVersion\":2,\"annotations\":{\"a\":\"" + String(repeating: "x", count: 4 << 20) + "\"}}"
    try proxy.rule(Self.answer("manifests", body, headers: [Self.ociManifest]))
    let error = await #expect(throws: GantryError.self) { try await resolve() }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("has more than 4194304 bytes; that much is not read") == true)
  }

  @Test func aDigestThatIsNotTheContentsIsRefused() async throws {
    let digest = try Digest.of("something else".utf8).description
    let body = "{\"schemaVersion\":2,\"layers\":[]}"
    try proxy.rule(
      Self.answer("manifests", body, headers: [Self.ociManifest, ("Docker-Content-Digest", digest)]))
    let said = await #expect(throws: GantryError.self) { try await resolve() }
    #expect(said?.code == .failedPrecondition)
    #expect(said?.message.contains("was damaged on its way: the registry says \(digest)") == true)
    let named = await #expect(throws: GantryError.self) { try await resolve(digest) }
    #expect(named?.code == .failedPrecondition)
    #expect(named?.message.contains("is not what its digest says") == true)
  }

  @Test func indexesThatLieInOneAnotherWithoutEndAreLeft() async throws {
    var inner = "{\"schemaVersion\":2,\"manifests\":[]}"
    var rules: [String] = []
    let headers = [("Content-Type", MediaType.ociIndex.rawValue)]
    for _ in 0..<8 {
      let digest = try Digest.of(inner.utf8).description
      rules.append(Self.answer("manifests/\(digest)", inner, headers: headers))
      inner =
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"\(MediaType.ociIndex)\",\"digest\":\"\(digest)\",\"size\":\(inner.utf8.count)}]}"
    }
    rules.append(Self.answer("manifests/1", inner, headers: headers))
    try proxy.rule(rules.joined(separator: ","))
    let error = await #expect(throws: GantryError.self) { try await resolve() }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains("its indexes lie more than 4 deep in one another") == true)
  }

  @Test func tagsComeInPages() async throws {
    try proxy.rule(
      Self.answer(
        "tags/list.*last=b", "{\"tags\":[\"c\"]}", headers: [("Link", "</v2/t/tags/list?last=c>; rel=\"prev\"")]),
      Self.answer(
        "tags/list.*n=", "{\"tags\":[\"a\",\"b\"]}", headers: [("Link", "</v2/t/tags/list?last=b>; rel=\"next\"")]))
    let tags = try await withRegistryClient(.init(host: proxy.host)) {
      try await $0.client.listTags(.init(repository: "t")).tags
    }
    #expect(tags == ["a", "b", "c"])
  }

  @Test func aListThatGoesRoundInACircleEnds() async throws {
    try proxy.rule(
      Self.answer("tags/list", "{\"tags\":[\"a\"]}", headers: [("Link", "</v2/t/tags/list?last=a>; rel=\"next\"")]))
    let tags = try await withRegistryClient(.init(host: proxy.host)) {
      try await $0.client.listTags(.init(repository: "t")).tags
    }
    #expect(tags == ["a", "a"])
  }

  @Test func aListIsNotFollowedToAnotherHost() async throws {
    try proxy.rule(
      Self.answer(
        "tags/list", "{\"tags\":[\"a\"]}", headers: [("Link", "<http://192.0.2.1/v2/t/tags/list>; rel=\"next\"")]))
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: proxy.host)) { try await $0.client.listTags(.init(repository: "t")) }
    }
    #expect(error?.message.contains("that is not followed") == true)
  }

  @Test func tagsThatAreNoneAreRefused() async throws {
    try proxy.rule(Self.answer("tags/list", "{\"tags\":[\"../../etc\"]}"))
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: proxy.host)) { try await $0.client.listTags(.init(repository: "t")) }
    }
    #expect(error?.code == .invalidArgument)
  }

  @Test func aSearchOfVersionOneIsUnderstood() async throws {
    try proxy.rule(
      Self.answer(
        "v1/search",
        "{\"results\":[{\"name\":\"library/x\",\"description\":\"a\\u001b[2J\",\"star_count\":7,\"is_official\":true},{\"name\":\"u/x\",\"is_automated\":true}]}"
      ))
    let found = try await withRegistryClient(.init(host: proxy.host)) { try await $0.client.search(.init(term: "x y")) }
    #expect(
      found.results == [
        .init(name: "x", description: "a [2J", stars: 7, official: true), .init(name: "u/x", automated: true),
      ])
    #expect(try proxy.seen().contains { $0.path == "/v1/search?q=x%20y&n=25" })
  }

  @Test func anUploadThatLeadsNowhereIsRefused() async throws {
    try proxy.rule(Self.answer("POST", "", status: 202))
    let bytes = Scratch.noise(1000)
    let blob = try Scratch.blob(of: bytes)
    let source = try registry.scratch.file(bytes, "source")
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: proxy.host)) { try await $0.push("t", blob, from: source) }
    }
    #expect(error?.message.contains("does not say where the upload goes on") == true)
  }

  @Test func whatIsNoHTTPIsABrokenConnection() async throws {
    let junk = try Daemon(
      [
        "python3", "-c",
        """
        import socket
        s = socket.create_server(("127.0.0.1", 0))
        print(s.getsockname()[1], flush=True)
        while True:
            c = s.accept()[0]
            c.recv(100)
            c.sendall(b"SSH-2.0-x\\r\\n" * 100)
            c.close()
        """,
      ], log: "/dev/null")
    let port = try #require(try junk.numbers().first)
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: "127.0.0.1:\(port)", retries: 1)) { try await $0.client.login(.init()) }
    }
    #expect(error?.code == .unavailable)
  }
}
