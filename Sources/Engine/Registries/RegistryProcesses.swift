import Core
import Messages

/// Processes of gantry-registry, by way of the registry host.
struct RegistryProcesses: RegistryLauncher {
  let host: RegistryHost

  init(_ host: RegistryHost) { self.host = host }

  func open(_ settings: GantryRegistryV1.ConfigureRequest) async throws -> any RegistryConnection {
    try await host.open(settings)
  }
}

extension RegistrySession: RegistryConnection {}
