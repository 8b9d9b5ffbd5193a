import Database
import Errors

/// Containers that are removed for everyone, and whose snapshot, network place or files may still be there.
/// Each method is a part of the caller's transaction.
package struct RemovalTable {
  /// What is left to remove.
  package struct Removal: Sendable, Equatable {
    package let container: String
    /// Id of the network that may hold an endpoint; "" where there is none.
    package let network: String

    package init(container: String, network: String) {
      self.container = container
      self.network = network
    }
  }

  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  package func add(_ removal: Removal) throws(GantryError) {
    try transaction.execute(
      "INSERT OR REPLACE INTO removals (container, network) VALUES (?, ?)", removal.container, removal.network)
  }

  package func finish(container: String) throws(GantryError) {
    try transaction.execute("DELETE FROM removals WHERE container = ?", container)
  }

  package func all() throws(GantryError) -> [Removal] {
    var removals: [Removal] = []
    for row in try transaction.rows("SELECT container, network FROM removals") {
      removals.append(Removal(container: try row.get("container"), network: try row.get("network")))
    }
    return removals
  }
}
