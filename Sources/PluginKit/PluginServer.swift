import AsyncServices
import AsyncWire
import Errors
import Linux

/// A plugin's services and the Plugin service beside them, ready to be served.
///
/// `PluginMain` makes one for a process; a test makes one to talk to a plugin without a process.
public struct PluginServer: Sendable {
  private let server: Server
  private let shutdownRequests: AsyncStream<Void>

  /// How long calls in flight may still take after Shutdown.
  private static let grace: Duration = .seconds(4)

  public init(_ description: PluginDescription, routes: [ServiceRoutes]) {
    let (requests, continuation) = AsyncStream.makeStream(of: Void.self)
    let services = PluginServices(description: description, services: routes.map(\.service)) { continuation.finish() }
    server = Server(routes: routes + [services.routes])
    shutdownRequests = requests
  }

  /// Serves one connected socket until the peer goes or Shutdown is called.
  public func serve(connection: FileDescriptor) async {
    await untilShutdown { await server.serve(connection: connection) }
  }

  /// Serves whoever connects to the socket at `path`, until Shutdown is called.
  ///
  /// - Throws: `.alreadyExists` where another process listens there.
  public func serve(path: String) async throws(GantryError) {
    let listener = try UnixSocket.listen(path: path)
    await untilShutdown {
      do {
        try await server.serve(listener: listener)
      } catch {
        PluginLog().error("\(error)")
      }
    }
  }

  private func untilShutdown(_ serve: @escaping @Sendable () async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await serve() }
      group.addTask { for await _ in shutdownRequests {} }
      await group.next()
      await server.shutdown(grace: Self.grace)
      group.cancelAll()
    }
  }
}
