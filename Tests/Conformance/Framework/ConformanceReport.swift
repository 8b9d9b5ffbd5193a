/// How a suite ended.
public struct ConformanceReport: Sendable {
  /// What was checked: "content", "snapshotter", "network", "runtime" or "plugin".
  public let suite: String
  public let results: [CheckResult]

  /// The checks that failed.
  public var failures: [CheckResult] {
    results.filter { if case .failed = $0.outcome { true } else { false } }
  }

  /// Whether no check failed and at least one passed.
  public var isPassed: Bool { failures.isEmpty && results.contains { $0.outcome == .passed } }

  /// One line a check and one for all of them.
  public func table() -> String {
    var text = ""
    var counts = (passed: 0, failed: 0, skipped: 0)
    for result in results {
      let milliseconds =
        result.duration.components.seconds * 1000
        + result.duration.components.attoseconds / 1_000_000_000_000_000
      let word: String
      var reason = ""
      switch result.outcome {
      case .passed:
        word = "ok  "
        counts.passed += 1
      case .failed(let rule):
        word = "FAIL"
        reason = "\n        \(rule)"
        counts.failed += 1
      case .skipped(let why):
        word = "skip"
        reason = "\n        \(why)"
        counts.skipped += 1
      }
      let time = "\(milliseconds)"
      text += "\(word) \(String(repeating: " ", count: max(0, 6 - time.count)))\(time) ms  \(result.name)\(reason)\n"
    }
    return text + "\(suite): \(counts.passed) passed, \(counts.failed) failed, \(counts.skipped) skipped\n"
  }
}
