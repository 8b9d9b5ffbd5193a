import Database
import Errors
import Messages

/// Containers in the database. Each method is a part of the caller's transaction.
package struct ContainerTable {
  let transaction: Transaction

  package init(_ transaction: Transaction) { self.transaction = transaction }

  /// - Throws: `.alreadyExists` where name or id is taken.
  package func insert(_ record: ContainerRecord) throws(GantryError) {
    let columns = LifecycleColumns(record.lifecycle)
    try transaction.execute(
      """
      INSERT INTO containers (id, name, image, created, settings, endpoint, restarts, state, pid, started, finished,
        exit_code, oom_killed, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      record.id, record.name, record.imageID, record.created.nanosecondsSince1970, record.settings.serialized(),
      record.endpoint?.serialized(), record.restartCount, columns.state, columns.pid, columns.started,
      columns.finished, columns.exitCode, columns.oomKilled, columns.error)
  }

  /// Writes down what changes in a container's life: state, endpoint and restart count.
  package func update(_ record: ContainerRecord) throws(GantryError) {
    let columns = LifecycleColumns(record.lifecycle)
    try transaction.execute(
      """
      UPDATE containers SET endpoint = ?, restarts = ?, state = ?, pid = ?, started = ?, finished = ?, exit_code = ?,
        oom_killed = ?, error = ? WHERE id = ?
      """,
      record.endpoint?.serialized(), record.restartCount, columns.state, columns.pid, columns.started,
      columns.finished, columns.exitCode, columns.oomKilled, columns.error, record.id)
  }

  /// - Throws: `.alreadyExists` where the name is taken.
  package func rename(id: String, to name: String) throws(GantryError) {
    try transaction.execute("UPDATE containers SET name = ? WHERE id = ?", name, id)
  }

  package func delete(id: String) throws(GantryError) {
    try transaction.execute("DELETE FROM containers WHERE id = ?", id)
  }

  /// Every container that can be read, oldest first, and what is wrong with the others.
  package func all() throws(GantryError) -> (records: [ContainerRecord], failures: [GantryError]) {
    var records: [ContainerRecord] = []
    var failures: [GantryError] = []
    for row in try transaction.rows("SELECT * FROM containers ORDER BY created, id") {
      do {
        records.append(try Self.record(row))
      } catch {
        let id: String = (try? row.get("id")) ?? "without id"
        failures.append(error.wrapped("the record of container \(id) cannot be read and is left alone"))
      }
    }
    return (records, failures)
  }

  private static func record(_ row: DatabaseRow) throws(GantryError) -> ContainerRecord {
    let endpoint: [UInt8]? = try row.get("endpoint")
    return ContainerRecord(
      id: try row.get("id"), name: try row.get("name"), imageID: try row.get("image"),
      created: Moment(nanosecondsSince1970: try row.get("created")),
      settings: try GantryEngineV1.CreateContainerRequest(serialized: try row.get("settings")),
      lifecycle: try LifecycleColumns(row).lifecycle(), restartCount: try row.get("restarts"),
      endpoint: try decode(endpoint))
  }

  private static func decode(_ bytes: [UInt8]?) throws(GantryError) -> GantryNetworkV1.Endpoint? {
    guard let bytes else { return nil }
    return try GantryNetworkV1.Endpoint(serialized: bytes)
  }
}
