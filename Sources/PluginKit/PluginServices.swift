import AsyncServices
import AsyncWire
import Messages

/// The service every plugin answers beside its own.
struct PluginServices: GantryPluginV1.PluginService {
  let description: PluginDescription
  let services: [String]
  let onShutdown: @Sendable () -> Void

  func describe(
    _ request: GantryPluginV1.DescribeRequest, context: CallContext
  ) async throws -> GantryPluginV1.DescribeResponse {
    description.response(services: services)
  }

  func ping(_ request: GantryPluginV1.PingRequest, context: CallContext) async throws -> GantryPluginV1.PingResponse {
    .init()
  }

  func shutdown(
    _ request: GantryPluginV1.ShutdownRequest, context: CallContext
  ) async throws -> GantryPluginV1.ShutdownResponse {
    onShutdown()
    return .init()
  }
}
