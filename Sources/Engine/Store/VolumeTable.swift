import Database
import Errors

/// Volumes in the database. Each method is a part of the caller's transaction.
package struct VolumeTable {
  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  /// Adds a volume; one that is there already stays as it is.
  package func insert(_ name: String, isAnonymous: Bool) throws(GantryError) {
    try transaction.execute(
      "INSERT OR IGNORE INTO volumes (name, created, is_anonymous) VALUES (?, ?, ?)", name,
      Moment.now.nanosecondsSince1970, isAnonymous)
  }

  package func delete(_ name: String) throws(GantryError) {
    try transaction.execute("DELETE FROM volumes WHERE name = ?", name)
  }

  /// The names of all volumes, sorted.
  package func names() throws(GantryError) -> [String] {
    var names: [String] = []
    for row in try transaction.rows("SELECT name FROM volumes ORDER BY name") { names.append(try row.get("name")) }
    return names
  }
}
