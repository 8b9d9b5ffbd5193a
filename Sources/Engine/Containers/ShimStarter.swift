import AsyncServices
import Core
import Errors
import Messages

/// Brings up shims: when they are needed, or a moment earlier.
package struct ShimStarter: Sendable {
  let context: EngineContext
  let networks: NetworkManager

  package init(_ context: EngineContext, networks: NetworkManager) {
    self.context = context
    self.networks = networks
  }

  /// How long a shim waits for the start that was announced.
  private static let patience = Duration.seconds(5)

  /// Lets the shim of a container that is to be started next come up meanwhile.
  func announce(_ id: String) {
    context.earlyShims.add(id, Task { try await launch(id) })
    Task {
      try? await Task.sleep(for: Self.patience)
      await dismiss(id)
    }
  }

  /// The shim that was announced, or a new one.
  ///
  /// - Throws: what the runtime plugin says, or what kept the shim from coming up.
  func shim(of id: String) async throws -> ShimTask {
    if let early = context.earlyShims.take(id), let task = try? await early.value { return task }
    return try await launch(id)
  }

  /// Ends a shim that was announced and is not needed; does nothing where there is none.
  func dismiss(_ id: String) async {
    let cleaner = ContainerCleaner(context, networks: networks)
    guard let ending = context.earlyShims.end(id, { await cleaner.dismiss($0) }) else { return }
    _ = try? await ending.value
    _ = context.earlyShims.take(id)
  }

  /// Ends all that were announced.
  package func dismissAll() async {
    for id in context.earlyShims.ids { await dismiss(id) }
  }

  private func launch(_ id: String) async throws -> ShimTask {
    let shim = try await context.backends.runtimes.shim(.init(), options: .init(timeout: .seconds(30)))
    return try await context.shims.launch(id: id, executable: shim.path)
  }
}
