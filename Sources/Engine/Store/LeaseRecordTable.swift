import Database
import Errors
import Messages

/// Leases that somebody asked for. What they hold is in `LeaseTable`. Each method is a part of the caller's transaction.
package struct LeaseRecordTable {
  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  /// - Throws: `.alreadyExists` where the id is taken.
  package func insert(_ lease: ContainerdServicesLeasesV1.Lease, created: Moment) throws(GantryError) {
    try transaction.execute(
      "INSERT INTO lease_records (id, created, labels) VALUES (?, ?, ?)", lease.id, created.nanosecondsSince1970,
      lease.serialized())
  }

  /// - Returns: whether there was one.
  package func delete(_ id: String) throws(GantryError) -> Bool {
    try transaction.execute("DELETE FROM lease_records WHERE id = ?", id) > 0
  }

  package func contains(_ id: String) throws(GantryError) -> Bool {
    try transaction.first("SELECT id FROM lease_records WHERE id = ?", id) != nil
  }

  /// All of them, oldest first.
  package func all() throws(GantryError) -> [ContainerdServicesLeasesV1.Lease] {
    var leases: [ContainerdServicesLeasesV1.Lease] = []
    for row in try transaction.rows("SELECT labels FROM lease_records ORDER BY created, id") {
      leases.append(try ContainerdServicesLeasesV1.Lease(serialized: try row.get("labels")))
    }
    return leases
  }
}
