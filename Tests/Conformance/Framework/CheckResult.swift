/// How one check ended.
public struct CheckResult: Sendable {
  /// How it ended.
  public enum Outcome: Sendable, Equatable {
    case passed
    /// With the rule that was broken.
    case failed(String)
    /// With the reason why it was not made.
    case skipped(String)
  }

  /// What the check is about, as a sentence.
  public let name: String
  public let outcome: Outcome
  public let duration: Duration
}
