import Errors

/// Demands that a call is refused with one of these codes, and with words a person can read.
func expectError<Value>(
  _ codes: ErrorCode..., what: String, _ call: () async throws -> Value
) async throws {
  let names = codes.map { "\($0)" }.joined(separator: " or ")
  do {
    _ = try await call()
  } catch let error as GantryError {
    guard codes.contains(error.code) else {
      throw CheckFailure.failed("\(what) must be answered with \(names), not with \(error.code): \(error.message)")
    }
    guard !error.message.isEmpty else { throw CheckFailure.failed("\(what) is refused without a word of why") }
    return
  }
  throw CheckFailure.failed("\(what) must be answered with \(names), and it succeeded")
}
