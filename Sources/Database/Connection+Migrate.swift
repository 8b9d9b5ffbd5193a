import Errors

extension Connection {
  /// Brings the schema to the newest version, in one transaction.
  func migrate(_ migrations: [Migration]) throws {
    let version: Int32 = try rows("PRAGMA user_version", []).first?.get("user_version") ?? 0
    let newest = Int32(migrations.count)
    guard version <= newest else {
      throw GantryError(
        .failedPrecondition,
        """
        database \(path) has schema version \(version), this gantryd knows versions up to \(newest): start a gantryd \
        that knows version \(version), or put back a copy of the database from before it was upgraded
        """)
    }
    if version == newest { return }
    try run("BEGIN IMMEDIATE")
    do {
      for migration in migrations where migration.version > version { try run(migration.sql) }
      try run("PRAGMA user_version=\(newest)")
      try run("COMMIT")
    } catch {
      try? run("ROLLBACK")
      throw error
    }
  }
}
