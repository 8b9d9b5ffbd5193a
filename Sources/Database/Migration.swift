/// One step of the schema, from the version before it to `version`.
public struct Migration: Sendable {
  /// 1 for the first step, one more for each further.
  public let version: Int32
  /// Any number of statements.
  public let sql: String

  public init(version: Int32, sql: String) {
    self.version = version
    self.sql = sql
  }
}
