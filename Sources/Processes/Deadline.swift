import Errors

/// Gives `body` so much time and no more.
///
/// - Parameters:
///   - timeout: how long.
///   - subject: what took too long, for the message: "plugin content-local did not answer Describe".
/// - Throws: `.deadlineExceeded` with `subject` and the time, or what `body` throws. `body` is cancelled
///   when its time is up and must heed that.
public func withDeadline<Value: Sendable>(
  _ timeout: Duration, _ subject: @autoclosure @escaping @Sendable () -> String,
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: timeout)
      throw GantryError(.deadlineExceeded, "\(subject()) within \(timeout.inWords)")
    }
    defer { group.cancelAll() }
    guard let value = try await group.next() else { throw GantryError(.internal, "a group without tasks") }
    return value
  }
}

extension Duration {
  /// "5 s" or "250 ms".
  package var inWords: String {
    let (seconds, attoseconds) = components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    if milliseconds == 0 { return "\(seconds) s" }
    return "\(seconds * 1000 + milliseconds) ms"
  }
}
