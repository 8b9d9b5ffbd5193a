import CLinux
import Errors
import Glibc
import Linux
import Processes
import Threads

/// A network namespace and what is looked at in it.
struct NamespaceProbe: Sendable {
  let descriptor: FileDescriptor

  /// A fresh one with nothing but loopback.
  init() async throws {
    guard geteuid() == 0 else { try skip("making network namespaces takes root") }
    descriptor = try await NetworkNamespace.create()
  }

  private static let networkNamespace: Int32 = 0x4000_0000

  private func inside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let descriptor = descriptor
    return try await DetachedThread.run(name: "netns") {
      guard gantry_setns(descriptor.number, Self.networkNamespace) == 0 else { throw GantryError.system("setns") }
      return try body()
    }
  }

  private func lines(_ file: String) async throws -> [[String]] {
    try await inside {
      let text = try FileDescriptor.open("/proc/thread-self/net/\(file)", O_RDONLY).readAll()
      return String(decoding: text, as: UTF8.self).split(separator: "\n").map { line in
        line.split { $0 == " " || $0 == "\t" }.map(String.init)
      }
    }
  }

  /// Names of the links, loopback left out.
  func links() async throws -> [String] {
    try await lines("dev").dropFirst(2).compactMap { $0.first?.split(separator: ":").first.map(String.init) }
      .filter { $0 != "lo" }.sorted()
  }

  /// The IPv4 default gateway; nil where there is none.
  func defaultGateway() async throws -> String? {
    for route in try await lines("route").dropFirst() where route.count > 2 && route[1] == "00000000" {
      guard let number = UInt32(route[2], radix: 16) else { continue }
      return (0..<4).map { "\(number >> (8 * $0) & 255)" }.joined(separator: ".")
    }
    return nil
  }

  /// A listening TCP socket in the namespace.
  func listen(_ address: String, port: UInt16) async throws -> FileDescriptor {
    try await inside {
      let socket = try Self.socket()
      try Self.with(address, port) { pointer, size in
        try retryingOnInterrupt("bind", address) { bind(socket.number, pointer, size) }
      }
      try retryingOnInterrupt("listen", address) { Glibc.listen(socket.number, 8) }
      return socket
    }
  }

  /// Whether a TCP connection from the namespace comes about within five seconds.
  func reaches(_ address: String, port: UInt16) async throws -> Bool {
    try await inside {
      let socket = try Self.socket()
      try socket.setNonBlocking(true)
      let result = try Self.with(address, port) { pointer, size in connect(socket.number, pointer, size) }
      if result == 0 { return true }
      guard errno == EINPROGRESS else { return false }
      var entry = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
      guard poll(&entry, 1, 5000) == 1 else { return false }
      var code: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      return getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0
    }
  }

  private static func socket() throws -> FileDescriptor {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    return FileDescriptor(adopting: try retryingOnInterrupt("socket") { Glibc.socket(AF_INET, kind, 0) })
  }

  @discardableResult
  private static func with<Value>(
    _ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Value
  ) throws -> Value {
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = port.bigEndian
    guard inet_pton(AF_INET, address, &target.sin_addr) == 1 else {
      throw CheckFailure.failed("\"\(address)\" is no IPv4 address")
    }
    return try withUnsafePointer(to: target) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
