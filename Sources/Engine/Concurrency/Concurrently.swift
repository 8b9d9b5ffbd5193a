/// Runs two pieces of work at the same time and waits for both.
///
/// - Throws: what `first` throws, else what `second` throws; the other one is cancelled and waited for.
func concurrently<First: Sendable, Second: Sendable>(
  _ first: @escaping @Sendable () async throws -> First, _ second: @escaping @Sendable () async throws -> Second
) async throws -> (First, Second) {
  async let other = second()
  let one = try await first()
  return (one, try await other)
}

/// Runs two pieces of work that cannot fail at the same time and waits for both.
@discardableResult
func concurrently<First: Sendable, Second: Sendable>(
  _ first: @escaping @Sendable () async -> First, _ second: @escaping @Sendable () async -> Second
) async -> (First, Second) {
  async let other = second()
  let one = await first()
  return (one, await other)
}
