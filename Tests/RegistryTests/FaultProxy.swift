import Errors
import Glibc
import JSON
import Linux

/// Stands before a registry and does what rules say: see `fault-proxy.py`.
final class FaultProxy: Sendable {
  /// A request as it came to the proxy.
  struct Seen: Sendable {
    let method: String
    let path: String
    /// Whether it came to the second host.
    let isSecond: Bool
    let authorization: String
    let range: String
    let contentRange: String
  }

  let port: Int
  let secondPort: Int
  private let daemon: Daemon

  init(before port: Int, scratch: Scratch) throws {
    daemon = try Daemon(
      ["python3", "\(Daemon.support)/fault-proxy.py", "\(port)"], log: "\(scratch.path)/proxy.log")
    let ports = try daemon.numbers()
    guard ports.count == 2 else { throw GantryError(.internal, "the fault proxy does not start") }
    (self.port, secondPort) = (ports[0], ports[1])
  }

  var host: String { "127.0.0.1:\(port)" }

  /// Sets the rules, as JSON, and forgets what was seen.
  func rule(_ rules: String...) throws {
    _ = try Self.exchange("PUT", "/__rules", port: port, body: "[\(rules.joined(separator: ","))]")
  }

  /// Every request since the rules were set.
  func seen() throws -> [Seen] { try Self.log(port: port).map(Seen.init) }

  static func log(port: Int) throws -> [JSONValue] {
    try JSONValue(parsing: exchange("GET", "/__log", port: port)).array ?? []
  }

  private static func exchange(_ method: String, _ path: String, port: Int, body: String = "") throws -> [UInt8] {
    let socket = FileDescriptor(adopting: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    guard TestRegistry.connects(socket, port) else { throw GantryError.system("connect") }
    let head =
      "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
    try socket.writeAll(Array((head + body).utf8))
    let answer = try socket.readAll()
    let end = Array("\r\n\r\n".utf8)
    for place in 0..<max(0, answer.count - 3) where answer[place..<place + 4].elementsEqual(end) {
      return Array(answer[(place + 4)...])
    }
    throw GantryError(.unavailable, "no answer to \(method) \(path)")
  }
}

extension FaultProxy.Seen {
  init(_ value: JSONValue) {
    func text(_ key: String) -> String { value[key]?.string ?? "" }
    self.init(
      method: text("method"), path: text("path"), isSecond: value["second"]?.bool ?? false,
      authorization: text("authorization"), range: text("range"), contentRange: text("contentRange"))
  }
}
