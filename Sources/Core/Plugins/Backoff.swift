/// How long to wait before something that failed is tried again: longer each time, up to a limit.
struct Backoff: Sendable {
  private(set) var failures = 0

  static let shortest: Duration = .milliseconds(100)
  static let longest: Duration = .seconds(30)
  /// What has run this long has proved itself; its next failure counts as the first again.
  static let provingTime: Duration = .seconds(60)

  /// The pause after one more failure.
  ///
  /// - Parameter uptime: how long it ran before.
  mutating func next(afterRunning uptime: Duration) -> Duration {
    if uptime >= Self.provingTime { failures = 0 }
    failures += 1
    let doublings = min(failures - 1, 10)
    return min(Self.shortest * (1 << doublings), Self.longest)
  }

  mutating func reset() { failures = 0 }
}
