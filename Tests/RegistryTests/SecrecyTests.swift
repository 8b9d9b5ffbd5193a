import Errors
import Glibc
import ImageSpec
import Linux
import Messages
import Testing

/// TLS: private authorities, client certificates, registries that have none of it, proxies, mirrors.
@Suite(
  .enabled(if: TestRegistry.isInstalled, "docker-registry, skopeo, python3, openssl or htpasswd is missing"),
  .enabled(if: RegistryProcess.program != nil, "gantryd is not built beside the tests"))
struct SecrecyTests {
  /// An authority of the test's own, and what it has signed.
  private struct Authority {
    let scratch: Scratch
    var certificate: String { "\(scratch.path)/ca.crt" }

    init(_ scratch: Scratch) throws {
      self.scratch = scratch
      let status = Daemon.run([
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(scratch.path)/ca.key", "-out",
        "\(scratch.path)/ca.crt", "-days", "2", "-subj", "/CN=test authority",
      ])
      guard status == 0 else { throw GantryError(.internal, "openssl makes no authority") }
    }

    func sign(_ name: String, days: String = "1", addresses: String = "DNS:localhost,DNS:registry.test") throws {
      try scratch.write("subjectAltName=\(addresses)\n", "\(name).ext")
      for arguments in [
        [
          "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(scratch.path)/\(name).key", "-out",
          "\(scratch.path)/\(name).csr", "-subj", "/CN=\(name)",
        ],
        [
          "openssl", "x509", "-req", "-in", "\(scratch.path)/\(name).csr", "-CA", certificate, "-CAkey",
          "\(scratch.path)/ca.key", "-CAcreateserial", "-out", "\(scratch.path)/\(name).crt", "-days", days,
          "-extfile", "\(scratch.path)/\(name).ext",
        ],
      ] {
        guard Daemon.run(arguments) == 0 else { throw GantryError(.internal, "openssl signs nothing") }
      }
    }

    /// The folder of certificates for a host.
    func install(for host: String, authority: Bool = true, client: String? = nil) throws -> String {
      let folder = "\(scratch.path)/certs.d"
      mkdir(folder, 0o755)
      mkdir("\(folder)/\(host)", 0o755)
      if authority { Daemon.run(["cp", certificate, "\(folder)/\(host)/ca.crt"]) }
      if let client {
        Daemon.run(["cp", "\(scratch.path)/\(client).crt", "\(folder)/\(host)/client.cert"])
        Daemon.run(["cp", "\(scratch.path)/\(client).key", "\(folder)/\(host)/client.key"])
        chmod("\(folder)/\(host)/client.key", 0o600)
      }
      return folder
    }
  }

  /// Loopback counts as insecure always: a strict test needs an address that does not. 0.0.0.0 leads here too.
  private static func strict(_ port: Int) -> String { "0.0.0.0:\(port)" }

  private func login(
    _ configuration: GantryRegistryV1.ConfigureRequest
  ) async throws -> String {
    try await withRegistryClient(configuration) { try await $0.client.login(.init()).status }
  }

  @Test func aPrivateAuthorityIsTakenFromItsFolder() async throws {
    let scratch = try Scratch()
    let authority = try Authority(scratch)
    try authority.sign("server", addresses: "IP:0.0.0.0")
    let registry = try await TestRegistry(
      secrecy: .init(certificate: "\(scratch.path)/server.crt", key: "\(scratch.path)/server.key"), scratch: scratch)
    let host = Self.strict(registry.port)
    let unknown = await #expect(throws: GantryError.self) { try await login(.init(host: host)) }
    #expect(unknown?.code == .unavailable)
    #expect(
      unknown?.message
        == "Get \"https://\(host)/v2/\": x509: certificate signed by unknown authority; if it is a private one put its "
        + "authority into /etc/gantry/certs.d/\(host)/ca.crt, or into certs.d beside daemon.json, or list the registry in "
        + "insecure-registries")
    let folder = try authority.install(for: host)
    let empty = "\(scratch.path)/empty.d"
    mkdir(empty, 0o755)
    #expect(try await login(.init(host: host, certificateDirectories: [empty, folder])) == "Login Succeeded")
    #expect(try await login(.init(host: host, insecureRegistries: ["0.0.0.0/8"])) == "Login Succeeded")
    try await withRegistryClient(.init(host: host, certificateDirectories: [folder])) { process in
      let images = TestImages(process: process, scratch: scratch, repository: "t")
      try await images.image(.current, tag: "1")
      #expect(try await process.resolve("t", "1", staging: scratch.directory("staging")).image != nil)
    }
  }

  @Test func aCertificateForAnotherNameOrTimeIsRefused() async throws {
    let scratch = try Scratch()
    let authority = try Authority(scratch)
    try authority.sign("other", addresses: "DNS:elsewhere.test")
    try authority.sign("old", days: "-1", addresses: "IP:0.0.0.0")
    for (name, words) in [
      ("other", "x509: certificate is valid for another name"), ("old", "x509: certificate has expired"),
    ] {
      let registry = try await TestRegistry(
        secrecy: .init(certificate: "\(scratch.path)/\(name).crt", key: "\(scratch.path)/\(name).key"), scratch: scratch
      )
      let host = Self.strict(registry.port)
      let folder = try authority.install(for: host)
      // As in Go, it does not count whether the authority is known.
      for folders in [[folder], []] {
        let error = await #expect(throws: GantryError.self) {
          try await login(.init(host: host, certificateDirectories: folders))
        }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        #expect(error?.message.contains("unknown authority") == false)
      }
    }
  }

  @Test func aClientShowsItsCertificate() async throws {
    let scratch = try Scratch()
    let authority = try Authority(scratch)
    try authority.sign("server", addresses: "IP:0.0.0.0")
    try authority.sign("client")
    let registry = try await TestRegistry(
      secrecy: .init(
        certificate: "\(scratch.path)/server.crt", key: "\(scratch.path)/server.key",
        clientAuthority: authority.certificate), scratch: scratch)
    let host = Self.strict(registry.port)
    let folder = try authority.install(for: host)
    let error = await #expect(throws: GantryError.self) {
      try await login(.init(host: host, certificateDirectories: [folder]))
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.hasPrefix("Get \"https://\(host)/v2/\": remote error: tls: ") == true)
    #expect(error?.message.hasSuffix("into certs.d/\(host) as client.cert and client.key") == true)
    _ = try authority.install(for: host, client: "client")
    #expect(try await login(.init(host: host, certificateDirectories: [folder])) == "Login Succeeded")
    unlink("\(folder)/\(host)/client.key")
    let alone = await #expect(throws: GantryError.self) {
      try await login(.init(host: host, certificateDirectories: [folder]))
    }
    #expect(alone?.code == .failedPrecondition)
    #expect(alone?.message.hasSuffix("client.cert has no key beside it: put it there as client.key") == true)
  }

  @Test func aRegistryWithoutTLSIsSpokenToOnlyIfListed() async throws {
    let registry = try await TestRegistry()
    let host = Self.strict(registry.port)
    let error = await #expect(throws: GantryError.self) { try await login(.init(host: host)) }
    #expect(
      error?.message
        == "Get \"https://\(host)/v2/\": http: server gave HTTP response to HTTPS client; to use this registry without TLS "
        + "add \"\(host)\" to insecure-registries in daemon.json")
    for entry in [host, "0.0.0.0", "0.0.0.0/32"] {
      #expect(try await login(.init(host: host, insecureRegistries: [entry])) == "Login Succeeded")
    }
    #expect(try await login(.init(host: "localhost:\(registry.port)")) == "Login Succeeded")
  }

  @Test func aProxyIsUsedButWhereItIsNotWanted() async throws {
    let registry = try await TestRegistry()
    let proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
    let host = "registry.test:\(registry.port)"
    let through = GantryRegistryV1.ConfigureRequest(
      host: host, insecureRegistries: [host], httpProxy: "127.0.0.1:\(proxy.port)")
    try proxy.rule("")
    #expect(try await login(through) == "Login Succeeded")
    #expect(try proxy.seen().map(\.path).contains("http://\(host)/v2/"))
    var around = through
    around.noProxy = "other.test,.test"
    let error = await #expect(throws: GantryError.self) { try await login(around) }
    #expect(error?.message.contains("no such host") == true)
  }

  @Test(arguments: ["http://u:secret@127.0.0.1:PORT", "junk://u:secret@127.0.0.1:PORT", "u:secret@127.0.0.1:PORT/"])
  func aProxyThatCannotBeReachedIsNamedWithoutItsPassword(text: String) async throws {
    let place = "127.0.0.1:\(try TestRegistry.freePort())"
    let proxy = text.replacing("127.0.0.1:PORT", with: place)
    let error = await #expect(throws: GantryError.self) {
      try await login(.init(host: "registry.test:5000", httpsProxy: proxy, retries: 1))
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("the proxy \(place) cannot be reached: ") == true)
    #expect(error?.message.contains("secret") == false)
  }

  @Test func mirrorsAreAskedInOrder() async throws {
    let registry = try await TestRegistry()
    let proxy = try FaultProxy(before: registry.port, scratch: registry.scratch)
    let dead = try TestRegistry.freePort()
    try await withRegistryClient(.init(host: registry.host)) { process in
      try await TestImages(process: process, scratch: registry.scratch, repository: "library/t").image(
        .current, tag: "1")
    }
    try proxy.rule("")
    let configuration = GantryRegistryV1.ConfigureRequest(
      host: "docker.io", credentials: .init(username: "u", password: "p"),
      mirrors: ["http://127.0.0.1:\(dead)", "http://\(proxy.host)/"])
    let target = try registry.scratch.file([], "target")
    try await withRegistryClient(configuration) { process in
      let response = try await process.resolve("library/t", "1", staging: registry.scratch.directory("staging"))
      #expect(response.warnings.count == 1)
      #expect(response.warnings.first?.hasPrefix("mirror 127.0.0.1:\(dead) is passed over: ") == true)
      #expect(try await process.fetch("library/t", response.image?.layers.first, into: target).result != nil)
    }
    // The credentials are Docker Hub's.
    #expect(try proxy.seen().allSatisfy { $0.authorization.isEmpty })
  }
}
