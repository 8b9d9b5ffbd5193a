import AsyncWire

/// A plugin at the other end of a connection, such as one that runs in this very process.
public struct ConnectedPlugin: PluginUnderTest {
  public let caller: any Caller
  public let services: [String]

  public init(caller: any Caller, services: [String]) {
    self.caller = caller
    self.services = services
  }

  public func restart() async throws { try skip("there is no process to kill") }
}
