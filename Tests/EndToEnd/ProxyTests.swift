import Foundation
import Testing

/// A registry that only a forward proxy can reach: its name means nothing on this machine.
@Suite(
  .serialized, .enabled(if: Privilege.isGiven, "GANTRY_OUT names no built tree"),
  .enabled(if: LocalRegistry.isInstalled, "docker-registry is not installed"))
struct ProxyTests {
  /// Runs `body` with the URL of a proxy that has a password, and what reads its log.
  private func withProxy(
    _ engine: TestEngine, _ body: (_ url: String, _ log: () -> [Substring]) throws -> Void
  ) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Support/forward-proxy.py")
    let (log, port) = ("\(engine.scratch)/proxy.log", "\(engine.scratch)/proxy.port")
    let proxy = try Command(["sh", "-c", "exec python3 -u '\(script.path)' '\(log)' joe:s3cret > '\(port)'"])
    defer {
      proxy.signal(SIGKILL)
      _ = try? proxy.finish(within: 10)
    }
    func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    try eventually("the proxy tells its port") { text(port).hasSuffix("\n") }
    let address = "127.0.0.1:\(text(port).dropLast())"
    try body("http://joe:s3cret@\(address)", { text(log).split(separator: "\n") })
  }

  private func configure(_ engine: TestEngine, _ text: String) throws {
    try engine.stop()
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(engine.scratch)/daemon.json"))
  }

  private func pushAndPull(_ engine: TestEngine, _ name: String) throws {
    try engine.expect("tag", "busybox", name)
    try engine.expect("push", "-q", name)
    try engine.expect("rmi", name)
    try engine.expect("pull", "-q", name)
    #expect(try engine.expect("run", "--rm", "--network", "none", name, "echo", "hi").output == "hi\n")
  }

  @Test func theProxyOfTheConfigurationIsUsedAndItsPasswordNotTold() throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine) { (registry) throws in
        try withProxy(engine) { (url, log) throws in
          let host = "registry.behind.test:\(registry.port)"
          try configure(
            engine,
            "{\"insecure-registries\": [\"\(host)\"], \"proxies\": {\"http-proxy\": \"\(url)\", \"https-proxy\": \"\(url)\"}}"
          )
          try engine.start()
          try pushAndPull(engine, "\(host)/box:1")
          #expect(log().contains { $0.hasPrefix("PUT http://\(host)/v2/box/manifests/") })
          #expect(log().contains { $0.hasPrefix("GET http://\(host)/v2/box/blobs/") })
          let info = try engine.expect("info").output
          #expect(info.contains("HTTP Proxy: http://xxxxx:xxxxx@127.0.0.1"))
          #expect(info.contains(" Insecure Registries:\n  \(host)\n  127.0.0.0/8\n"))
          // Loopback is reached without.
          let before = log().count
          try pushAndPull(engine, "\(registry.host)/box:2")
          #expect(log().count == before)
          // To a registry that is not listed as plain it goes through a tunnel.
          let secure = "other.behind.test:\(registry.port)"
          let refused = try engine.gantry("pull", "\(secure)/box:1")
          #expect(refused.status == 1)
          #expect(refused.error.contains("server gave HTTP response to HTTPS client"), "\(refused)")
          #expect(log().contains("CONNECT \(secure)"))
          // A proxy that refuses is told, and its password not.
          try configure(
            engine,
            "{\"insecure-registries\": [\"\(host)\"], \"proxies\": {\"http-proxy\": \"\(url.replacing("s3cret", with: "wr0ng"))\"}}"
          )
          try engine.start()
          let failed = try engine.gantry("pull", "\(host)/box:3")
          #expect(failed.status == 1)
          #expect(failed.error.contains("Proxy Authentication Required"), "\(failed)")
          #expect(!failed.error.contains("wr0ng") && !engine.log.contains("wr0ng"))
        }
      }
    }
  }

  @Test func theProxyOfTheEnvironmentIsUsedExceptForNames() throws {
    try TestEngine.use { (engine) throws in
      try LocalRegistry.use(engine) { (registry) throws in
        try withProxy(engine) { (url, log) throws in
          let host = "registry.behind.test:\(registry.port)"
          let direct = "box.direct.test:\(registry.port)"
          try configure(engine, "{\"insecure-registries\": [\"\(host)\", \"\(direct)\"]}")
          try engine.start(environment: ["HTTP_PROXY": url, "NO_PROXY": "example.org,.direct.test"])
          try pushAndPull(engine, "\(host)/box:1")
          #expect(log().contains { $0.hasPrefix("GET http://\(host)/v2/box/manifests/1") })
          let failed = try engine.gantry("pull", "\(direct)/box:1")
          #expect(failed.status == 1)
          #expect(failed.error.contains("box.direct.test"), "\(failed)")
          #expect(!log().contains { $0.contains("direct.test") })
        }
      }
    }
  }
}
