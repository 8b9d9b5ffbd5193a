import AsyncServices
import AsyncWire
import Errors
import Messages

/// A runtime plugin: settings go in, specifications come out. Safe to use from anywhere.
public struct RuntimeDriver: Sendable {
  /// The plugin's own interface, for what is not here.
  public let runtime: GantryRuntimeV1.RuntimeClient

  public init(_ plugin: PluginConnection) { runtime = .init(plugin) }

  /// The specification of a container and the shim that runs it.
  ///
  /// - Throws: `.invalidArgument` that names the setting and says what could be.
  public func specification(
    of container: GantryRuntimeV1.Container, rootfs: [ContainerdTypes.Mount]
  ) async throws(GantryError) -> GantryRuntimeV1.SpecResponse {
    try await runtime.spec(.init(container: container, rootfs: rootfs))
  }

  /// The OCI process of one more process in a container.
  public func process(_ request: GantryRuntimeV1.ExecProcessRequest) async throws(GantryError) -> [UInt8] {
    try await runtime.execProcess(request).process
  }
}
