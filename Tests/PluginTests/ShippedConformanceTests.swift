import AsyncWire
import Conformance
import Glibc
import LocalContent
import Messages
import NativeSnapshotter
import OverlaySnapshotter
import Snapshots
import Testing

/// The plugins we ship under the suites that everybody's must pass: in this process, and as programs that are killed.
@Suite struct ShippedConformanceTests {
  @Test(arguments: ["content-local", "snapshotter-overlay", "snapshotter-native"])
  func thePluginMeetsTheContractInProcess(_ name: String) async throws {
    let served = try ServedPlugin { path in try Self.routes(name, path) }
    let services = try Self.routes(name, served.path).map(\.service)
    let plugin = ConnectedPlugin(caller: served.client, services: services)
    let kind = try #require(name.split(separator: "-").first)
    let report = await (try #require(ConformanceSuite(kind: String(kind)))).run(plugin)
    await served.remove()
    for failure in report.failures { Issue.record("\(failure.name): \(failure.outcome)") }
    #expect(report.isPassed)
  }

  private static func routes(_ name: String, _ path: String) throws -> [ServiceRoutes] {
    switch name {
    case "content-local": try LocalContentService(path: path).allRoutes
    case "snapshotter-overlay":
      [SnapshotService(store: try SnapshotStore(path: path, backend: try OverlayBackend(path: path))).routes]
    default: [SnapshotService(store: try SnapshotStore(path: path, backend: NativeBackend())).routes]
    }
  }

  private static let programs = [
    "gantry-content-local", "gantry-snapshotter-overlay", "gantry-snapshotter-native", "gantry-network-bridge",
  ]

  @Test(.enabled(if: getuid() == 0, "mounts and networks need root"), arguments: programs)
  func theProgramMeetsTheContractAndSurvivesBeingKilled(_ program: String) async throws {
    let scratch = try ConformanceScratch()
    let plugin = try await PluginProcess(
      program: try ShippedProgram.link(program, in: scratch.path), directory: scratch.path,
      isIsolated: program.contains("network"))
    let kind = await plugin.description.kind
    for suite in [ConformanceSuite.plugin, try #require(ConformanceSuite(kind: kind))] {
      let report = await suite.run(plugin)
      for failure in report.failures { Issue.record("\(failure.name): \(failure.outcome)") }
      #expect(report.isPassed)
      #expect(
        report.results.allSatisfy {
          if case .skipped(let why) = $0.outcome { why.contains("\"rebase\"") } else { true }
        }, "\(report.table())")
    }
    try await plugin.stop()
  }
}
