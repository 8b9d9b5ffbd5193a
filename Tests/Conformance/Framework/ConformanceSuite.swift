/// All demands of one contract.
public struct ConformanceSuite: Sendable {
  /// "content", "snapshotter", "network", "runtime" or "plugin".
  public let name: String
  let checks: [ConformanceCheck]

  /// What every plugin must do.
  public static let plugin = ConformanceSuite(name: "plugin", checks: PluginChecks.all)

  /// The suite of a plugin's kind; nil for an unknown kind.
  public init?(kind: String) {
    switch kind {
    case "content": self.init(name: kind, checks: ContentChecks.all)
    case "snapshotter": self.init(name: kind, checks: SnapshotterChecks.all)
    case "network": self.init(name: kind, checks: NetworkChecks.all)
    case "runtime": self.init(name: kind, checks: RuntimeChecks.all)
    default: return nil
    }
  }

  private init(name: String, checks: [ConformanceCheck]) {
    self.name = name
    self.checks = checks
  }

  /// Makes one check after the other.
  public func run(_ plugin: any PluginUnderTest) async -> ConformanceReport {
    var results: [CheckResult] = []
    for check in checks { results.append(await check.run(plugin)) }
    return ConformanceReport(suite: name, results: results)
  }
}
