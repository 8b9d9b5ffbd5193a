import AsyncServices
import AsyncWire
import Errors
import Messages

/// Starts workers: confined processes that live for one job. The engine's own is `WorkerProcesses`.
package protocol WorkerLauncher: Sendable {
  /// Runs `job` with the connection to a fresh worker, which is ended with it.
  ///
  /// - Parameter subject: what the job does, for messages: "unpacking layer sha256:...".
  func connect<Value: Sendable>(
    _ subject: String, _ job: @escaping @Sendable (any Caller) async throws -> Value
  ) async throws -> Value
}

extension WorkerLauncher {
  /// Runs a job that reads archives or unpacks layers.
  package func run<Value: Sendable>(
    _ subject: String, _ job: @escaping @Sendable (GantryWorkerV1.WorkerClient) async throws -> Value
  ) async throws -> Value {
    try await connect(subject) { try await job(GantryWorkerV1.WorkerClient($0)) }
  }

  /// Runs a job with trees.
  package func trees<Value: Sendable>(
    _ subject: String, _ job: @escaping @Sendable (GantryWorkerV1.TreesClient) async throws -> Value
  ) async throws -> Value {
    try await connect(subject) { try await job(GantryWorkerV1.TreesClient($0)) }
  }

  /// Runs a job with images' documents.
  package func documents<Value: Sendable>(
    _ subject: String, _ job: @escaping @Sendable (GantryWorkerV1.DocumentsClient) async throws -> Value
  ) async throws -> Value {
    try await connect(subject) { try await job(GantryWorkerV1.DocumentsClient($0)) }
  }
}

extension InboundStream<GantryWorkerV1.WriteTreeEvent> {
  /// What the job came to.
  ///
  /// - Parameter progress: told how far it is.
  /// - Throws: what the job failed with; `.unavailable` where it ended without a result.
  func result(
    _ progress: (GantryWorkerV1.Progress) async throws -> Void = { _ in }
  ) async throws -> GantryWorkerV1.WriteTreeResult {
    for try await event in self {
      switch event.event {
      case .progress(let step): try await progress(step)
      case .result(let result): return result
      case nil: continue
      }
    }
    throw GantryError(.unavailable, "the worker ended without a result; try again")
  }
}
