import Database
import Errors

/// What is being brought in: kept from the garbage collector, and undone by the next start where the
/// process dies before it is done. Each method is a part of the caller's transaction.
package struct LeaseTable {
  /// What a lease may hold.
  package enum Kind: String, Sendable {
    case blob, snapshot, directory
  }

  /// One thing that a lease holds.
  package struct Item: Sendable, Hashable {
    package let lease: String
    package let kind: Kind
    /// Digest, snapshot key or path.
    package let key: String

    package init(lease: String, kind: Kind, key: String) {
      self.lease = lease
      self.kind = kind
      self.key = key
    }
  }

  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  package func add(_ item: Item) throws(GantryError) {
    try transaction.execute(
      "INSERT OR IGNORE INTO leases (lease, kind, key) VALUES (?, ?, ?)", item.lease, item.kind.rawValue, item.key)
  }

  package func remove(_ item: Item) throws(GantryError) {
    try transaction.execute(
      "DELETE FROM leases WHERE lease = ? AND kind = ? AND key = ?", item.lease, item.kind.rawValue, item.key)
  }

  package func release(_ lease: String) throws(GantryError) {
    try transaction.execute("DELETE FROM leases WHERE lease = ?", lease)
  }

  package func all() throws(GantryError) -> [Item] {
    var items: [Item] = []
    for row in try transaction.rows("SELECT lease, kind, key FROM leases") {
      guard let kind = Kind(rawValue: try row.get("kind")) else { continue }
      items.append(Item(lease: try row.get("lease"), kind: kind, key: try row.get("key")))
    }
    return items
  }
}
