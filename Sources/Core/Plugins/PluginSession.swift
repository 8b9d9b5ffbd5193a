import AsyncServices
import AsyncWire
import Errors
import Messages

/// One connection to a plugin that has described itself, and its process where that is ours.
struct PluginSession: Sendable {
  /// Tells one session of a plugin from the next.
  let generation: Int
  let client: Client
  let process: ChildProcess?
  let description: GantryPluginV1.DescribeResponse
  let startedAt: ContinuousClock.Instant

  /// Asks the plugin to end; kills it where it does not.
  func end(politely timeout: Duration) async {
    if timeout > .zero {
      _ = try? await GantryPluginV1.PluginClient(client).shutdown(.init(), options: .init(timeout: timeout))
    }
    client.close()
    await process?.end(grace: timeout)
  }
}
