import AsyncServices
import Conformance
import Glibc
import LinuxRuntime
import Messages
import PluginKit
import Testing

/// The runtime plugin under the suite that every runtime plugin must pass.
@Suite struct LinuxRuntimeConformanceTests {
  @Test func meetsTheContractOverASocket() async throws {
    let runtime = LinuxRuntime(host: LinuxRuntimeHarness().host, programs: LinuxRuntimeHarness.programs)
    let served = try ServedPlugin { _ in [runtime.routes] }
    let plugin = ConnectedPlugin(caller: served.client, services: [GantryRuntimeV1.RuntimeMethods.service])
    let report = await (try #require(ConformanceSuite(kind: "runtime"))).run(plugin)
    await served.remove()
    for failure in report.failures { Issue.record("\(failure.name): \(failure.outcome)") }
    #expect(report.isPassed, "\(report.table())")
  }

  @Test(.enabled(if: BuiltProgram.isBuilt("gantryd"), "gantryd is not built; `swift build` builds it"))
  func theProgramMeetsTheContractAfterACrashToo() async throws {
    let scratch = try ConformanceScratch()
    let plugin = try await PluginProcess(
      program: try ShippedProgram.link("gantry-runtime-linux", in: scratch.path), directory: scratch.path)
    for suite in [ConformanceSuite.plugin, try #require(ConformanceSuite(kind: "runtime"))] {
      let report = await suite.run(plugin)
      for failure in report.failures { Issue.record("\(failure.name): \(failure.outcome)") }
      #expect(report.isPassed, "\(report.table())")
      #expect(report.results.allSatisfy { if case .skipped = $0.outcome { false } else { true } })
    }
    try await plugin.stop()
  }
}
