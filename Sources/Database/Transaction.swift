import Errors

/// What a transaction may do. It is of use only inside the closure it was handed to.
public struct Transaction {
  let connection: Connection

  /// Runs a statement that answers no rows.
  ///
  /// - Parameter parameters: stand for the question marks, in order.
  /// - Returns: how many rows it changed.
  @discardableResult
  public func execute(
    _ sql: String, _ parameters: any DatabaseValueConvertible...
  ) throws(GantryError) -> Int {
    try connection.execute(sql, parameters)
  }

  /// Runs a query and reads all of its rows.
  public func rows(
    _ sql: String, _ parameters: any DatabaseValueConvertible...
  ) throws(GantryError) -> [DatabaseRow] {
    try connection.rows(sql, parameters)
  }

  /// Runs a query and reads its first row, if there is one.
  public func first(
    _ sql: String, _ parameters: any DatabaseValueConvertible...
  ) throws(GantryError) -> DatabaseRow? {
    try connection.rows(sql, parameters, limit: 1).first
  }

  /// Key of the row that was inserted last.
  public var lastInsertedRow: Int64 { connection.lastInsertedRow }
}
