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

  @Test(.enabled(if: access(BuiltPlugin.path, X_OK) == 0, "gantry-runtime-linux is not built; `swift build` builds it"))
  func theProgramMeetsTheContractAfterACrashToo() async throws {
    let scratch = try ConformanceScratch()
    let plugin = try await PluginProcess(program: BuiltPlugin.path, directory: scratch.path)
    for suite in [ConformanceSuite.plugin, try #require(ConformanceSuite(kind: "runtime"))] {
      let report = await suite.run(plugin)
      for failure in report.failures { Issue.record("\(failure.name): \(failure.outcome)") }
      #expect(report.isPassed, "\(report.table())")
      #expect(report.results.allSatisfy { if case .skipped = $0.outcome { false } else { true } })
    }
    try await plugin.stop()
  }
}

/// Where the build puts the plugin: beside the test bundle.
private enum BuiltPlugin {
  static let path: String = {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let count = readlink("/proc/self/exe", start, buffer.count)
      let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<max(count, 0)])
      let path = String(decoding: bytes, as: UTF8.self)
      return path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/gantry-runtime-linux"
    }
  }()
}
