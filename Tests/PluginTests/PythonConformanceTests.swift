import Conformance
import Errors
import Glibc
import Testing

/// A snapshotter in another language, with nothing of ours in it, meets the contract: it is open.
@Suite struct PythonConformanceTests {
  private static let program: String = {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(tests)/PythonPlugin/gantry-snapshotter-python"
  }()

  @Test func aSnapshotterInPythonMeetsTheContract() async throws {
    let scratch = try ConformanceScratch()
    let plugin = try await PluginProcess(program: Self.program, directory: scratch.path)
    let suite = try #require(ConformanceSuite(kind: "snapshotter"))
    for report in [await ConformanceSuite.plugin.run(plugin), await suite.run(plugin)] {
      for failure in report.failures { Issue.record("\(failure.name): \(failure.outcome)") }
      #expect(report.isPassed)
      #expect(
        report.results.allSatisfy {
          if case .skipped(let why) = $0.outcome { why.contains("\"rebase\"") } else { true }
        })
    }
    try await plugin.stop()
  }

  /// The suite itself must be able to fail: each of these breaks one rule.
  @Test(arguments: [
    ("raise Failure(ALREADY_EXISTS, f\"snapshot {key}: already exists\")", "pass", "a key that is taken"),
    ("\"ro\" if snapshot[\"kind\"] == VIEW else \"rw\"", "\"rw\"", "a view is read only"),
    ("if any(other[\"parent\"] == key", "if False and any(other[\"parent\"] == key", "with children cannot be removed"),
    ("if path == \"labels\":", "if True:", "Update changes one label"),
    ("symlinks=True)", "symlinks=True, copy_function=os.link)", "sees its parent's files and changes none"),
  ])
  func aPluginThatBreaksARuleIsFound(_ old: String, _ new: String, _ check: String) async throws {
    let scratch = try ConformanceScratch()
    let program = try scratch.copy(Self.program, as: "gantry-snapshotter-python", replacing: old, with: new)
    let plugin = try await PluginProcess(program: program, directory: scratch.path)
    let report = await (try #require(ConformanceSuite(kind: "snapshotter"))).run(plugin)
    try await plugin.stop()
    #expect(!report.isPassed)
    #expect(report.failures.contains { $0.name.contains(check) }, "\(report.table())")
  }
}
