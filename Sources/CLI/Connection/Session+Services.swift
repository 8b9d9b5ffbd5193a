import AsyncServices
import AsyncWire
import Errors
import Messages

extension Session {
  /// A call about containers.
  package func containers<Answer: Sendable>(
    _ body: @Sendable (GantryEngineV1.ContainersClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await call { try await body(GantryEngineV1.ContainersClient($0)) }
  }

  /// A call about images.
  package func images<Answer: Sendable>(
    _ body: @Sendable (GantryEngineV1.ImagesClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await call { try await body(GantryEngineV1.ImagesClient($0)) }
  }

  /// A call about registries.
  package func registries<Answer: Sendable>(
    _ body: @Sendable (GantryEngineV1.RegistriesClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await call { try await body(GantryEngineV1.RegistriesClient($0)) }
  }

  /// A call about what becomes of images.
  package func imageStore<Answer: Sendable>(
    _ body: @Sendable (GantryEngineV1.ImageStoreClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await call { try await body(GantryEngineV1.ImageStoreClient($0)) }
  }

  /// A call about what becomes of a container's tree.
  package func containerTrees<Answer: Sendable>(
    _ body: @Sendable (GantryEngineV1.ContainerTreesClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await call { try await body(GantryEngineV1.ContainerTreesClient($0)) }
  }

  /// A call about the store below.
  package func storage<Answer: Sendable>(
    _ body: @Sendable (GantryEngineV1.StorageClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await call { try await body(GantryEngineV1.StorageClient($0)) }
  }

  /// A call about the engine as a whole.
  package func system<Answer: Sendable>(
    _ body: @Sendable (GantryEngineV1.SystemClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await call { try await body(GantryEngineV1.SystemClient($0)) }
  }

  /// A call about plugins.
  package func plugins<Answer: Sendable>(
    _ body: @Sendable (GantryEngineV1.PluginsClient) async throws -> Answer
  ) async throws(CommandFailure) -> Answer {
    try await call { try await body(GantryEngineV1.PluginsClient($0)) }
  }

  /// Does one thing to each of several objects, side by side, and prints the name of each that it worked for, in
  /// order; the errors come last.
  ///
  /// - Returns: the exit code: 1 where it failed for any.
  package func each(
    _ names: [String], _ body: @escaping @Sendable (String) async throws -> String?
  ) async throws(CommandFailure) -> Int32 {
    // The connection is there before many ask for it at once.
    _ = try await client()
    let tasks = names.map { name in Task(executorPreference: WireExecutor.shared) { try await body(name) } }
    var outcomes: [Result<String?, any Error>] = []
    for task in tasks { outcomes.append(await task.result) }
    var failures: [String] = []
    for outcome in outcomes {
      switch outcome {
      case .success(let text): if let text { try console.print(text + "\n") }
      case .failure(let error): if let sentence = CommandFailure(error).sentence { failures.append(sentence) }
      }
    }
    failures.forEach(console.complain)
    return failures.isEmpty ? 0 : 1
  }
}
