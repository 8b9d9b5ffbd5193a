import AsyncServices
import AsyncWire
import Messages

/// Starts processes that speak to registries. The engine's own is `RegistryProcesses`.
package protocol RegistryLauncher: Sendable {
  /// Starts one for a registry's host and tells it the settings.
  func open(_ settings: GantryRegistryV1.ConfigureRequest) async throws -> any RegistryConnection
}

/// A process that speaks to one registry; it ends when nobody holds the object any more.
package protocol RegistryConnection: AnyObject, Sendable {
  var registry: GantryRegistryV1.RegistryClient { get }

  /// Follows a transfer to its end.
  ///
  /// - Throws: what ends the stream, or `.deadlineExceeded` where nothing moves.
  func follow<Event: Sendable>(
    _ events: InboundStream<Event>, _ subject: String, _ body: @escaping @Sendable (Event) -> Void
  ) async throws

  /// The reason behind an error, such as how the process died.
  func explained(_ error: any Error) async -> any Error
}
