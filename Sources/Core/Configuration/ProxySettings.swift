/// "proxies" of daemon.json; nil where it says nothing.
public struct ProxySettings: Sendable, Equatable {
  public var http: String?
  public var https: String?
  /// Hosts that are reached without: names, domains, addresses, CIDR blocks, commas between them.
  public var exceptions: String?

  public init() {}
}
