import AsyncServices
import Messages

/// Starts workers: confined processes that live for one job. The engine's own is `WorkerProcesses`.
package protocol WorkerLauncher: Sendable {
  /// Runs `job` with the connection to a fresh worker, which is ended with it.
  ///
  /// - Parameter subject: what the job does, for messages: "unpacking layer sha256:...".
  func run<Value: Sendable>(
    _ subject: String, _ job: @escaping @Sendable (GantryWorkerV1.WorkerClient) async throws -> Value
  ) async throws -> Value
}
