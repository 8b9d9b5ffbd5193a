import CSQLite
import Errors

extension GantryError {
  /// The one place where SQLite's result codes become errors.
  ///
  /// - Parameter result: an extended result code.
  static func database(_ result: Int32, path: String, message: String) -> GantryError {
    switch (result & 0xFF, result) {
    case (SQLITE_CORRUPT, _), (SQLITE_NOTADB, _):
      GantryError(
        .dataLoss,
        "database \(path) is damaged: put back a copy of it, or move it away to start with an empty one (\(message))")
    case (SQLITE_FULL, _):
      GantryError(.resourceExhausted, "database \(path): the disk is full; free some space (\(message))")
    case (SQLITE_BUSY, _), (SQLITE_LOCKED, _):
      GantryError(.unavailable, "database \(path) is locked by another process; stop that one first (\(message))")
    case (SQLITE_CANTOPEN, _), (SQLITE_PERM, _), (SQLITE_READONLY, _), (SQLITE_AUTH, _):
      GantryError(
        .permissionDenied, "database \(path) cannot be opened for writing: check its directory and rights (\(message))")
    case (_, sqliteConstraintUnique), (_, sqliteConstraintPrimaryKey):
      GantryError(.alreadyExists, "database \(path): \(message)")
    case (SQLITE_CONSTRAINT, _): GantryError(.failedPrecondition, "database \(path): \(message)")
    case (SQLITE_IOERR, _): GantryError(.unavailable, "database \(path) cannot be read or written: \(message)")
    case (SQLITE_NOMEM, _): GantryError(.resourceExhausted, "database \(path): out of memory")
    default: GantryError(.internal, "database \(path): \(message)")
    }
  }
}

// Extended codes are macros made of other macros, which Swift does not see.
private let sqliteConstraintUnique = SQLITE_CONSTRAINT | (8 << 8)
private let sqliteConstraintPrimaryKey = SQLITE_CONSTRAINT | (6 << 8)
