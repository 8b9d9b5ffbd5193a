/// Why a check has not passed.
enum CheckFailure: Error {
  /// The plugin does not do what the contract says.
  case failed(String)
  /// The check cannot be made here, or does not concern this plugin.
  case skipped(String)
}

/// Demands that something is so.
///
/// - Parameter rule: what the contract says, as a sentence.
func expect(_ condition: Bool, _ rule: @autoclosure () -> String) throws {
  if !condition { throw CheckFailure.failed(rule()) }
}

/// Demands that two values are the same.
func expectEqual<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: @autoclosure () -> String) throws {
  if found != wanted { throw CheckFailure.failed("\(what()) is \(found), it must be \(wanted)") }
}

/// Demands that there is a value.
func require<Value>(_ value: Value?, _ rule: @autoclosure () -> String) throws -> Value {
  guard let value else { throw CheckFailure.failed(rule()) }
  return value
}

/// Ends the check as one that cannot be made.
func skip(_ reason: String) throws -> Never { throw CheckFailure.skipped(reason) }
