import Processes

/// One demand of a contract.
struct ConformanceCheck: Sendable {
  /// What must be so, as a sentence.
  let name: String
  let body: @Sendable (any PluginUnderTest) async throws -> Void

  /// A check that hangs is a check that fails.
  private static let timeout: Duration = .seconds(60)

  init(_ name: String, _ body: @escaping @Sendable (any PluginUnderTest) async throws -> Void) {
    self.name = name
    self.body = body
  }

  func run(_ plugin: any PluginUnderTest) async -> CheckResult {
    let start = ContinuousClock.now
    let body = body
    let outcome: CheckResult.Outcome
    do {
      try await withDeadline(Self.timeout, "the check did not end") { try await body(plugin) }
      outcome = .passed
    } catch CheckFailure.failed(let rule) {
      outcome = .failed(rule)
    } catch CheckFailure.skipped(let reason) {
      outcome = .skipped(reason)
    } catch {
      outcome = .failed("an unexpected error: \(error)")
    }
    return CheckResult(name: name, outcome: outcome, duration: ContinuousClock.now - start)
  }
}
