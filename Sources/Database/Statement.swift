import CSQLite

/// A prepared statement.
final class Statement {
  private let handle: OpaquePointer
  private let columns: [String]

  init(_ handle: OpaquePointer) {
    self.handle = handle
    columns = (0..<sqlite3_column_count(handle)).map { index in
      sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
    }
  }

  deinit { sqlite3_finalize(handle) }

  func step() -> Int32 { sqlite3_step(handle) }

  /// Makes it ready to run again, and lets go of what was bound.
  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func bind(_ parameters: [any DatabaseValueConvertible]) -> Int32 {
    guard parameters.count == Int(sqlite3_bind_parameter_count(handle)) else { return SQLITE_RANGE }
    for (index, parameter) in parameters.enumerated() {
      let result = bind(parameter.databaseValue, at: Int32(index + 1))
      if result != SQLITE_OK { return result }
    }
    return SQLITE_OK
  }

  private func bind(_ value: DatabaseValue, at index: Int32) -> Int32 {
    // SQLITE_TRANSIENT, a cast macro that Swift does not see: SQLite copies the bytes before it returns.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    return switch value {
    case .null: sqlite3_bind_null(handle, index)
    case .integer(let value): sqlite3_bind_int64(handle, index, value)
    case .real(let value): sqlite3_bind_double(handle, index, value)
    case .text(var value):
      value.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          sqlite3_bind_text64(handle, index, $0.baseAddress, UInt64($0.count), copied, UInt8(SQLITE_UTF8))
        }
      }
    case .blob(let value):
      value.isEmpty
        ? sqlite3_bind_zeroblob(handle, index, 0)
        : value.withUnsafeBytes { sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), copied) }
    }
  }

  func row() -> DatabaseRow {
    DatabaseRow(columns: columns, values: columns.indices.map { value(at: Int32($0)) })
  }

  private func value(at index: Int32) -> DatabaseValue {
    switch sqlite3_column_type(handle, index) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, index))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(handle, index) else { return .text("") }
      let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, index)))
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      guard let blob = sqlite3_column_blob(handle, index) else { return .blob([]) }
      return .blob([UInt8](UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(handle, index)))))
    default: return .null
    }
  }
}
