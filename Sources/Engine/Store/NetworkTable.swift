import Database
import Errors
import Messages

/// Networks in the database. Each method is a part of the caller's transaction.
package struct NetworkTable {
  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  package func save(_ network: NetworkRecord) throws(GantryError) {
    try transaction.execute(
      """
      INSERT INTO networks (id, name, driver, created, settings) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET settings = excluded.settings
      """,
      network.id, network.name, network.driver, network.created.nanosecondsSince1970, network.settings.serialized())
  }

  /// Every network, oldest first.
  package func all() throws(GantryError) -> [NetworkRecord] {
    var networks: [NetworkRecord] = []
    for row in try transaction.rows("SELECT * FROM networks ORDER BY created, name") {
      networks.append(
        NetworkRecord(
          created: Moment(nanosecondsSince1970: try row.get("created")), driver: try row.get("driver"),
          settings: try GantryNetworkV1.NetworkConfig(serialized: try row.get("settings"))))
    }
    return networks
  }
}
