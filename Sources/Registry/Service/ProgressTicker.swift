/// Tells how far something is while it runs, ten times a second at most, and only when it has got further.
enum ProgressTicker {
  private static let interval = Duration.milliseconds(100)

  /// - Throws: what `body` throws.
  static func run<Value: Sendable>(
    _ position: @escaping @Sendable () -> Int64, report: @escaping @Sendable (Int64) async throws -> Void,
    during body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        var last: Int64 = -1
        while (try? await Task.sleep(for: interval)) != nil {
          let now = position()
          if now != last { try await report(now) }
          last = now
        }
      }
      defer { group.cancelAll() }
      return try await body()
    }
  }
}
