import AsyncServices
import AsyncWire
import Core
import Messages

/// Workers as processes of their own, by way of the worker host.
struct WorkerProcesses: WorkerLauncher {
  /// A large image on a slow disk takes minutes; what takes hours hangs.
  private static let timeout = Duration.seconds(3600)

  let host: WorkerHost

  init(_ host: WorkerHost) { self.host = host }

  func connect<Value: Sendable>(
    _ subject: String, _ job: @escaping @Sendable (any Caller) async throws -> Value
  ) async throws -> Value {
    try await host.connect(subject, timeout: Self.timeout, job)
  }
}
