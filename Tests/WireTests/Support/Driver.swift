import Testing
import AsyncWire
import Errors
import Linux
import LoopWire
import Wire

/// The two drivers that stand on the protocol core.
enum Driver: String, CaseIterable, CustomTestStringConvertible {
  case loop
  case async

  var testDescription: String { rawValue }

  /// Serves the test service at one end of a socket pair until the other end is closed.
  ///
  /// - Returns: the other end.
  func serve() throws -> FileDescriptor {
    let (near, far) = try UnixSocket.pair()
    switch self {
    case .async:
      let server = Server(routes: [AsyncTestService.routes])
      Task { await server.serve(connection: far) }
    case .loop:
      let thread = try LoopThread()
      thread.perform { loop in
        let server = LoopServer(loop: loop, routes: [LoopTestService.routes])
        server.onConnectionCountChange = { if $0 == 0 { loop.stop() } }
        do { try server.serve(connection: far) } catch { print("cannot serve: \(error)") }
        // The loop is all that keeps the server.
        loop.addTimer(after: .seconds(3600)) { withExtendedLifetime(server) {} }
      }
    }
    return near
  }

  func client(_ socket: FileDescriptor) throws -> any TestClient {
    switch self {
    case .async: AsyncTestClient(client: try Client(adopting: socket))
    case .loop: try LoopTestClient(socket)
    }
  }
}

/// Which driver serves and which one calls.
struct Pairing: Sendable, CustomTestStringConvertible {
  let server: Driver
  let client: Driver

  static let all = Driver.allCases.flatMap { server in Driver.allCases.map { Pairing(server: server, client: $0) } }

  var testDescription: String { "\(client.rawValue) client, \(server.rawValue) server" }

  /// A client connected to a server of its own.
  func connect() throws -> any TestClient { try client.client(server.serve()) }
}
