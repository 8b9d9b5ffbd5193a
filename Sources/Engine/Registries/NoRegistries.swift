import Errors
import Messages

/// An engine that speaks to no registry.
package struct NoRegistries: RegistryLauncher {
  package init() {}

  package func open(_ settings: GantryRegistryV1.ConfigureRequest) async throws -> any RegistryConnection {
    throw GantryError(.unimplemented, "this engine speaks to no registry: \(settings.host) is not asked")
  }
}
