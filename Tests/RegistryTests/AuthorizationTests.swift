import Digests
import Errors
import Glibc
import ImageSpec
import JSON
import Linux
import Messages
import Testing

/// Registries that want to know who asks.
@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct AuthorizationTests {
  private static let user = "someone"
  private static let password = "pass:wörd"

  private static let good = GantryRegistryV1.Credentials(username: user, password: password)
  private static let bad = GantryRegistryV1.Credentials(username: user, password: "wrong")

  @Test func basicCredentialsAreTakenOrRefused() async throws {
    let registry = try await TestRegistry(.password(user: Self.user, password: Self.password))
    try await withRegistryClient(.init(host: registry.host, credentials: Self.good)) { process in
      #expect(try await process.client.login(.init()) == .init(status: "Login Succeeded"))
      try await TestImages(process: process, scratch: registry.scratch, repository: "t").image(.current, tag: "1")
      let staging = try registry.scratch.directory("staging")
      #expect(try await process.resolve("t", "1", staging: staging).image != nil)
    }
    let refused = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: registry.host, credentials: Self.bad)) {
        try await $0.client.login(.init())
      }
    }
    #expect(refused?.code == .unauthenticated)
    #expect(
      refused?.message == "login attempt to http://\(registry.host)/v2/ failed with status: 401 Unauthorized")
    let nobody = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: registry.host)) {
        try await $0.resolve("t", "1", staging: registry.scratch.directory("none"))
      }
    }
    #expect(nobody?.code == .unauthenticated)
    #expect(
      nobody?.message
        == "pull access denied for \(registry.host)/t, repository does not exist or may require 'gantry login': unauthorized: authentication required"
    )
  }

  /// A registry and its token server.
  private struct Guarded {
    let registry: TestRegistry
    let server: Daemon
    let port: Int

    init(lifetime: Int = 300) async throws {
      let scratch = try Scratch()
      let (key, certificate) = ("\(scratch.path)/token.key", "\(scratch.path)/token.crt")
      Daemon.run([
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1",
        "-subj", "/CN=token",
      ])
      server = try Daemon(
        [
          "python3", "\(Daemon.support)/token-server.py", certificate, key, "test-service", user, password,
          "\(lifetime)",
        ], log: "\(scratch.path)/token.log")
      guard let port = try server.numbers().first else { throw GantryError(.internal, "no token server") }
      self.port = port
      registry = try await TestRegistry(
        .token(realm: "http://127.0.0.1:\(port)/token", service: "test-service", certificate: certificate),
        scratch: scratch)
    }

    func asked() throws -> [JSONValue] { try FaultProxy.log(port: port) }
  }

  private static func scopes(_ asked: JSONValue) -> [String] {
    (asked["scopes"]?.array ?? []).compactMap(\.string).sorted()
  }

  @Test func tokensAreGotForWhatIsDoneAndKept() async throws {
    let guarded = try await Guarded()
    let scratch = guarded.registry.scratch
    let bytes = Scratch.noise(100_000)
    let blob = try Scratch.blob(of: bytes)
    let source = try scratch.file(bytes, "source")
    try await withRegistryClient(.init(host: guarded.registry.host, credentials: Self.good)) { process in
      let images = TestImages(process: process, scratch: scratch, repository: "mine/a")
      try await images.image(.current, tag: "1")
      let count = try guarded.asked().count
      #expect(count == 1)
      #expect(try Self.scopes(guarded.asked()[0]) == ["repository:mine/a:pull,push"])
      #expect(try await process.push("mine/a", blob, from: source).result?.outcome == .pushed)
      let mounted = try await process.push("mine/b", blob, from: source, mountFrom: ["mine/a"])
      #expect(mounted.result == .init(outcome: .mounted, mountedFrom: "mine/a"))
      #expect(
        try guarded.asked().map(Self.scopes).contains(["repository:mine/a:pull", "repository:mine/b:pull,push"]))
      _ = try await process.resolve("mine/a", "1", staging: scratch.directory("staging"))
      #expect(try guarded.asked().map(Self.scopes).contains(["repository:mine/a:pull"]))
      #expect(
        try await process.client.search(.init(term: "mine")).results.map(\.name).sorted() == ["mine/a", "mine/b"])
      #expect(try guarded.asked().map(Self.scopes).contains(["registry:catalog:*"]))
    }
  }

  @Test func nobodyInParticularMayReadWhatIsPublic() async throws {
    let guarded = try await Guarded()
    let scratch = guarded.registry.scratch
    try await withRegistryClient(.init(host: guarded.registry.host, credentials: Self.good)) { process in
      for name in ["public/a", "mine/a"] {
        try await TestImages(process: process, scratch: scratch, repository: name).image(.current, tag: "1")
      }
    }
    try await withRegistryClient(.init(host: guarded.registry.host)) { process in
      let staging = try scratch.directory("staging")
      #expect(try await process.resolve("public/a", "1", staging: staging).image != nil)
      let error = await #expect(throws: GantryError.self) { try await process.resolve("mine/a", "1", staging: staging) }
      #expect(error?.code == .unauthenticated)
      #expect(error?.message.hasPrefix("pull access denied for \(guarded.registry.host)/mine/a") == true)
      let push = await #expect(throws: GantryError.self) {
        try await TestImages(process: process, scratch: scratch, repository: "public/a").image(.current, tag: "2")
      }
      #expect(push?.code == .unauthenticated)
    }
  }

  @Test func aLoginGivesATokenThatStandsForThePassword() async throws {
    let guarded = try await Guarded()
    let (host, scratch) = (guarded.registry.host, guarded.registry.scratch)
    let login = try await withRegistryClient(.init(host: host, credentials: Self.good)) {
      try await $0.client.login(.init())
    }
    #expect(login.status == "Login Succeeded")
    #expect(login.identityToken.hasPrefix("refresh-"))
    let kept = GantryRegistryV1.Credentials(username: Self.user, identityToken: login.identityToken)
    try await withRegistryClient(.init(host: host, credentials: kept)) { process in
      #expect(try await process.client.login(.init()).status == "Login Succeeded")
      try await TestImages(process: process, scratch: scratch, repository: "mine/a").image(.current, tag: "1")
    }
    #expect(try guarded.asked().contains { $0["method"]?.string == "POST" })
    for wrong in [Self.bad, .init(username: Self.user, identityToken: "refresh-none")] {
      let error = await #expect(throws: GantryError.self) {
        try await withRegistryClient(.init(host: host, credentials: wrong)) { try await $0.client.login(.init()) }
      }
      #expect(error?.code == .unauthenticated)
      #expect(error?.message.contains("unauthorized: ") == true)
    }
  }

  @Test func aTokenThatIsRefusedInMidTransferIsReplaced() async throws {
    let guarded = try await Guarded()
    let scratch = guarded.registry.scratch
    let proxy = try FaultProxy(before: guarded.registry.port, scratch: scratch)
    let bytes = Scratch.noise(2_000_000)
    let blob = try Scratch.blob(of: bytes)
    let source = try scratch.file(bytes, "source")
    let target = try scratch.file([], "target")
    let challenge =
      "{\"Www-Authenticate\":\"Bearer realm=\\\"http://127.0.0.1:\(guarded.port)/token\\\",service=\\\"test-service\\\"\"}"
    try await withRegistryClient(.init(host: proxy.host, credentials: Self.good)) { process in
      _ = try await process.push("mine/a", blob, from: source)
      try proxy.rule(
        "{\"match\":\"GET .*/blobs/\",\"action\":\"cut\",\"at\":500000}",
        "{\"match\":\"GET .*/blobs/\",\"action\":\"status\",\"status\":401,\"headers\":\(challenge)}")
      let before = try guarded.asked().count
      _ = try await process.fetch("mine/a", blob, into: target)
      #expect(try guarded.asked().count == before + 2)
    }
    #expect(try scratch.bytes("target") == bytes)
  }

  @Test func credentialsNeverFollowToAnotherPort() async throws {
    let guarded = try await Guarded()
    let scratch = guarded.registry.scratch
    let proxy = try FaultProxy(before: guarded.registry.port, scratch: scratch)
    let bytes = Scratch.noise(200_000)
    let blob = try Scratch.blob(of: bytes)
    let source = try scratch.file(bytes, "source")
    for (status, name) in [(301, "a"), (302, "b"), (307, "c"), (308, "d")] {
      let target = try scratch.file([], name)
      try await withRegistryClient(.init(host: proxy.host, credentials: Self.good)) { process in
        _ = try await process.push("mine/a", blob, from: source)
        let body = "{\\\"errors\\\":[]}"
        try proxy.rule(
          "{\"match\":\"GET .*/blobs/\",\"action\":\"redirect\",\"status\":\(status)}",
          "{\"match\":\"GET .*/blobs/\",\"port\":\"second\",\"action\":\"status\",\"status\":403,\"body\":\"\(body)\"}")
        // The second host is the registry's storage: it has no use for what the first one wants to know.
        let error = await #expect(throws: GantryError.self) {
          try await process.fetch("mine/a", blob, into: target)
        }
        #expect(error?.code == .permissionDenied)
      }
      let seen = try proxy.seen()
      #expect(seen.contains { !$0.isSecond && $0.authorization.hasPrefix("Bearer ") })
      #expect(seen.contains { $0.isSecond })
      #expect(seen.filter(\.isSecond).allSatisfy { $0.authorization.isEmpty })
    }
  }

  @Test func aNameAndAPasswordInARedirectAreForThatHostAlone() async throws {
    let guarded = try await Guarded()
    let scratch = guarded.registry.scratch
    let proxy = try FaultProxy(before: guarded.registry.port, scratch: scratch)
    let bytes = Scratch.noise(200_000)
    let blob = try Scratch.blob(of: bytes)
    let source = try scratch.file(bytes, "source")
    let target = try scratch.file([], "target")
    let place = "u:s%2Fcret@127.0.0.1:\(proxy.secondPort)/v2/mine/a/blobs/x"
    try await withRegistryClient(.init(host: proxy.host, credentials: Self.good)) { process in
      _ = try await process.push("mine/a", blob, from: source)
      try proxy.rule(
        "{\"match\":\"GET .*/blobs/sha\",\"action\":\"redirect\",\"to\":\"http://\(place)\"}",
        "{\"match\":\"GET .*/blobs/x\",\"action\":\"redirect\",\"to\":\"y\"}",
        "{\"match\":\"GET .*/blobs/y\",\"action\":\"redirect\",\"to\":\"http://\(proxy.host)/v2/mine/a/blobs/z\"}",
        "{\"match\":\"GET .*/blobs/z\",\"action\":\"status\",\"status\":418}")
      let error = await #expect(throws: GantryError.self) { try await process.fetch("mine/a", blob, into: target) }
      #expect(error?.message.contains("cret") == false)
    }
    let seen = try proxy.seen()
    #expect(seen.filter(\.isSecond).map(\.authorization) == Array(repeating: "Basic dTpzL2NyZXQ=", count: 2))
    #expect(seen.contains { !$0.isSecond && $0.path.hasSuffix("/z") && $0.authorization.hasPrefix("Bearer ") })
    #expect(!seen.contains { !$0.isSecond && $0.authorization.hasPrefix("Basic ") })
  }

  @Test func aBlobComesFromTheStorageItIsRedirectedTo() async throws {
    let registry = try await TestRegistry()
    let proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
    let bytes = Scratch.noise(900_000)
    let blob = try Scratch.blob(of: bytes)
    let source = try registry.scratch.file(bytes, "source")
    let target = try registry.scratch.file([], "target")
    try await withRegistryClient(.init(host: proxy.host, credentials: Self.good)) { process in
      _ = try await process.push("t", blob, from: source)
      try proxy.rule(
        "{\"match\":\"GET .*/blobs/\",\"port\":\"second\",\"action\":\"cut\",\"at\":300000}",
        "{\"match\":\"GET .*/blobs/\",\"action\":\"redirect\",\"times\":2}")
      _ = try await process.fetch("t", blob, into: target)
    }
    #expect(try registry.scratch.bytes("target") == bytes)
    #expect(try proxy.seen().filter(\.isSecond).map(\.range) == ["", "bytes=300000-"])
    try await withRegistryClient(.init(host: proxy.host)) { process in
      try proxy.rule("{\"match\":\"GET .*/blobs/\",\"action\":\"redirect\",\"times\":99,\"to\":\"/v2/t/blobs/x\"}")
      let error = await #expect(throws: GantryError.self) {
        try await process.fetch("t", blob, into: registry.scratch.file([], "loop"))
      }
      #expect(error?.message.contains("stopped after 10 redirects") == true)
      try proxy.rule("{\"match\":\"GET .*/blobs/\",\"action\":\"redirect\",\"to\":\"file:///etc/passwd\"}")
      let file = await #expect(throws: GantryError.self) {
        try await process.fetch("t", blob, into: registry.scratch.file([], "loop"))
      }
      #expect(file?.code == .invalidArgument)
    }
  }

  @Test func aRegistryTokenIsSentAsItIs() async throws {
    let registry = try await TestRegistry()
    let proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
    try proxy.rule("")
    let error = await #expect(throws: GantryError.self) {
      try await withRegistryClient(.init(host: proxy.host, credentials: .init(registryToken: "abc"))) {
        try await $0.resolve("t", staging: registry.scratch.directory("staging"))
      }
    }
    #expect(error?.code == .notFound)
    #expect(try proxy.seen().contains { $0.authorization == "Bearer abc" })
  }
}
