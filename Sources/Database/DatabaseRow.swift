import Errors

/// One row of a query's answer.
public struct DatabaseRow: Sendable, Equatable {
  let columns: [String]
  let values: [DatabaseValue]

  /// The value of a column.
  ///
  /// - Throws: `.dataLoss` where there is no such column or it holds another type: the row was not
  ///   written by this program.
  public func get<Value: DatabaseValueConvertible>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(GantryError) -> Value {
    guard let index = columns.firstIndex(of: column) else {
      throw GantryError(.dataLoss, "database row has no column \(column); it has \(columns.joined(separator: ", "))")
    }
    guard let value = Value(databaseValue: values[index]) else {
      throw GantryError(.dataLoss, "database column \(column) holds \(values[index]), which is no \(type)")
    }
    return value
  }
}
