import Foundation

/// Debian's docker-registry on loopback, and where a test asks for it the proxy of bad days before it.
final class LocalRegistry {
  let port: Int
  /// Of the proxy; the registry's own where there is none.
  let host: String
  private let directory: String
  private var processes: [Command] = []

  static var isInstalled: Bool { ["docker-registry", "skopeo", "htpasswd", "python3"].allSatisfy(Privilege.has) }

  /// Runs `body` with a registry whose data lies below the engine's scratch directory.
  ///
  /// - Parameters:
  ///   - login: name and password that it asks for.
  ///   - proxied: whether `host` is a proxy that does what `misbehave` says.
  static func use(
    _ engine: TestEngine, login: (user: String, password: String)? = nil, proxied: Bool = false,
    _ body: (LocalRegistry) throws -> Void
  ) throws {
    let registry = try LocalRegistry("\(engine.scratch)/registry", login: login, proxied: proxied)
    defer { registry.stop() }
    try body(registry)
  }

  private init(_ directory: String, login: (user: String, password: String)?, proxied: Bool) throws {
    self.directory = directory
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    port = try Self.freePort()
    var lines = [
      "version: 0.1", "log: {level: error}",
      "storage: {filesystem: {rootdirectory: \(directory)/store}, delete: {enabled: true}}",
      "http: {addr: \"127.0.0.1:\(port)\"}",
    ]
    if let login {
      let made = try Command.run(["htpasswd", "-Bbc", "\(directory)/htpasswd", login.user, login.password])
      guard made.status == 0 else { throw TestFailure("\(made)") }
      lines.append("auth: {htpasswd: {realm: test, path: \(directory)/htpasswd}}")
    }
    let configuration = "\(directory)/config.yml"
    try (lines.joined(separator: "\n") + "\n").write(toFile: configuration, atomically: true, encoding: .utf8)
    let registry = try Command(["docker-registry", "serve", configuration])
    processes.append(registry)
    let port = port
    try eventually("docker-registry answers") {
      try Command.run(["curl", "-s", "-o", "/dev/null", "http://127.0.0.1:\(port)/v2/"]).status == 0
    }
    guard proxied else {
      host = "127.0.0.1:\(port)"
      return
    }
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("fault-proxy.py")
    let ports = "\(directory)/ports"
    processes.append(try Command(["sh", "-c", "exec python3 -u '\(script.path)' \(port) > '\(ports)'"]))
    var found: Substring?
    try eventually("the proxy tells its port") {
      found = (try? String(contentsOfFile: ports, encoding: .utf8))?.split(whereSeparator: \.isWhitespace).first
      return found != nil
    }
    host = "127.0.0.1:\(found ?? "0")"
  }

  private func stop() {
    for process in processes.reversed() {
      process.signal(SIGKILL)
      _ = try? process.finish(within: 10)
    }
  }

  /// Sets the proxy's rules, a JSON list.
  func misbehave(_ rules: String) throws {
    let set = try Command.run(["curl", "-sf", "-X", "PUT", "-d", rules, "http://\(host)/__rules"])
    guard set.status == 0 else { throw TestFailure("\(set)") }
  }

  /// Every request that came to the proxy, as it wrote them down.
  func requests() throws -> String { try Command.run(["curl", "-sf", "http://\(host)/__log"]).output }

  /// Puts an image there by skopeo, past the proxy.
  func copy(_ source: String, to name: String, _ flags: String...) throws {
    let copied = try Command.run(
      ["skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false"] + flags + [
        source, "docker://127.0.0.1:\(port)/\(name)",
      ])
    guard copied.status == 0 else { throw TestFailure("\(copied)") }
  }

  /// The manifest of an image as the registry has it.
  func manifest(_ name: String) throws -> [UInt8] {
    let raw = try Command.run(
      ["skopeo", "inspect", "--raw", "--tls-verify=false", "docker://127.0.0.1:\(port)/\(name)"])
    guard raw.status == 0 else { throw TestFailure("\(raw)") }
    return raw.outputBytes
  }

  private static func freePort() throws -> Int {
    let program = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    guard let port = Int(try Command.run(["python3", "-c", program]).line) else { throw TestFailure("no port is free") }
    return port
  }
}
