import Errors
import Glibc
import Linux
import Messages

/// Debian's docker-registry on loopback, with a directory of its own.
final class TestRegistry: Sendable {
  let scratch: Scratch
  let port: Int
  private let daemon: Daemon

  static var isInstalled: Bool {
    ["docker-registry", "skopeo", "python3", "openssl", "htpasswd"].allSatisfy(Daemon.has)
  }

  enum Access: Sendable {
    case open
    case password(user: String, password: String)
    case token(realm: String, service: String, certificate: String)
  }

  struct Secrecy: Sendable {
    let certificate: String
    let key: String
    var clientAuthority: String?
  }

  init(_ access: Access = .open, secrecy: Secrecy? = nil, scratch: Scratch? = nil) async throws {
    let scratch = try scratch ?? Scratch()
    self.scratch = scratch
    port = try Self.freePort()
    var lines = [
      "version: 0.1", "log:", "  level: error", "storage:", "  filesystem:", "    rootdirectory: \(scratch.path)/store",
      "  delete:", "    enabled: true", "http:", "  addr: 127.0.0.1:\(port)",
    ]
    if let secrecy {
      lines += ["  tls:", "    certificate: \(secrecy.certificate)", "    key: \(secrecy.key)"]
      if let authority = secrecy.clientAuthority { lines += ["    clientcas:", "      - \(authority)"] }
    }
    switch access {
    case .open: break
    case .password(let user, let password):
      Daemon.run(["htpasswd", "-Bbc", "\(scratch.path)/htpasswd", user, password])
      lines += ["auth:", "  htpasswd:", "    realm: test", "    path: \(scratch.path)/htpasswd"]
    case .token(let realm, let service, let certificate):
      lines += [
        "auth:", "  token:", "    realm: \(realm)", "    service: \(service)", "    issuer: test",
        "    rootcertbundle: \(certificate)",
      ]
    }
    let name = "registry-\(port).yml"
    try scratch.write(lines.joined(separator: "\n") + "\n", name)
    daemon = try Daemon(
      ["docker-registry", "serve", "\(scratch.path)/\(name)"], log: "\(scratch.path)/registry.log")
    let port = port
    try await eventually("docker-registry answers") { Self.isListening(port) }
  }

  var host: String { "127.0.0.1:\(port)" }

  /// Puts an image there by skopeo.
  func copy(_ source: String, to name: String, _ flags: String...) throws {
    let status = Daemon.run(
      ["skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false"] + flags + [
        source, "docker://\(host)/\(name)",
      ])
    guard status == 0 else { throw GantryError(.internal, "skopeo cannot copy \(source) to \(name)") }
  }

  static func freePort() throws -> Int {
    let socket = FileDescriptor(adopting: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket.number, address, length) == 0 ? getsockname(socket.number, address, &length) : -1
      }
    }
    guard status == 0 else { throw GantryError.system("bind") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  static func isListening(_ port: Int) -> Bool {
    connects(FileDescriptor(adopting: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)), port)
  }

  static func connects(_ socket: FileDescriptor, _ port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

/// Asks until the answer is yes; fails past the deadline, saying what was waited for.
func eventually(_ what: String, within limit: Duration = .seconds(20), _ condition: () throws -> Bool) async throws {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try condition() { return }
    try await Task.sleep(for: .milliseconds(20))
  }
  throw GantryError(.deadlineExceeded, "not within \(limit): \(what)")
}
