import CSQLite
import Errors
import Glibc
import SharedLibraries
import Synchronization

/// The one connection to a database file, with its prepared statements.
///
/// Unchecked because all but `needsCheckpoint` is used on the database's own thread alone.
final class Connection: @unchecked Sendable {
  let path: String
  private var handle: OpaquePointer?
  private var statements: [String: Statement] = [:]
  private let logPages = Atomic<Int32>(0)
  private var reserve: DiskReserve

  /// Pages in the write-ahead log from which on it is moved into the database: about 4 MiB.
  private static let checkpointPages: Int32 = 1000
  private static let busyMilliseconds: Int32 = 5000

  init(path: String) throws(GantryError) {
    self.path = path
    try SharedLibrary.sqlite.load()
    reserve = DiskReserve(path: path + "-reserve")
    Self.keepFromOthers(path)
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let result = sqlite3_open_v2(path, &handle, flags, nil)
    guard result == SQLITE_OK else {
      defer { sqlite3_close(handle) }
      throw .database(result, path: path, message: String(cString: sqlite3_errmsg(handle)))
    }
    sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    try run("PRAGMA journal_mode=WAL")
    try run("PRAGMA synchronous=NORMAL")
    try run("PRAGMA foreign_keys=ON")
    try run("PRAGMA wal_autocheckpoint=0")
    try run("PRAGMA cache_size=-2048")
    sqlite3_wal_hook(
      handle,
      { context, _, _, pages in
        guard let context else { return SQLITE_OK }
        Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().logPages.store(pages, ordering: .relaxed)
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// The settings of containers hold secrets. SQLite gives its other files the database's permissions.
  private static func keepFromOthers(_ path: String) {
    let number = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard number < 0 else {
      _ = Glibc.close(number)
      return
    }
    // By name, for closing a descriptor of the file would end the locks that the process has on it.
    for suffix in ["", "-wal", "-shm"] { chmod(path + suffix, 0o600) }
  }

  deinit { close() }

  func close() {
    statements.removeAll()
    sqlite3_close(handle)
    handle = nil
  }

  var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  // MARK: - The write-ahead log

  /// Whether the log has grown so long that `checkpoint` should run. Safe from any thread.
  var needsCheckpoint: Bool { logPages.load(ordering: .relaxed) > Self.checkpointPages }

  /// Moves the log into the database. A failure is no one's concern: the next one moves it all.
  func checkpoint() {
    guard handle != nil, needsCheckpoint else { return }
    logPages.store(0, ordering: .relaxed)
    sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
  }

  // MARK: - Statements

  /// On a full disk the reserve is given up for it: ends and removals must be written above all.
  func transaction<Value>(_ body: (Transaction) throws -> Value) throws -> Value {
    do {
      let value = try attempt(body)
      reserve.transactionEnded()
      return value
    } catch let error as GantryError where error.code == .resourceExhausted && reserve.release() {
      return try attempt(body)
    }
  }

  private func attempt<Value>(_ body: (Transaction) throws -> Value) throws -> Value {
    try execute("BEGIN IMMEDIATE", [])
    do {
      let value = try body(Transaction(connection: self))
      try execute("COMMIT", [])
      return value
    } catch {
      // SQLite has rolled back by itself after some failures; there is nothing left to undo then.
      if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
      throw error
    }
  }

  @discardableResult
  func execute(_ sql: String, _ parameters: [any DatabaseValueConvertible]) throws(GantryError) -> Int {
    _ = try rows(sql, parameters)
    return Int(sqlite3_changes(handle))
  }

  func rows(
    _ sql: String, _ parameters: [any DatabaseValueConvertible], limit: Int = .max
  ) throws(GantryError) -> [DatabaseRow] {
    let statement = try statement(sql)
    defer { statement.reset() }
    try check(statement.bind(parameters), sql)
    var rows: [DatabaseRow] = []
    while rows.count < limit {
      let result = statement.step()
      if result == SQLITE_DONE { break }
      guard result == SQLITE_ROW else { throw failure(result, sql) }
      rows.append(statement.row())
    }
    return rows
  }

  /// Runs statements that are not worth keeping prepared.
  func run(_ sql: String) throws(GantryError) {
    try check(sqlite3_exec(handle, sql, nil, nil, nil), sql)
  }

  private func statement(_ sql: String) throws(GantryError) -> Statement {
    if let statement = statements[sql] { return statement }
    guard let handle else {
      throw GantryError(.failedPrecondition, "database \(path) is closed")
    }
    var prepared: OpaquePointer?
    try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil), sql)
    guard let prepared else { throw GantryError(.invalidArgument, "empty SQL statement: \(sql)") }
    let statement = Statement(prepared)
    statements[sql] = statement
    return statement
  }

  private func check(_ result: Int32, _ sql: String) throws(GantryError) {
    if result != SQLITE_OK { throw failure(result, sql) }
  }

  private func failure(_ result: Int32, _ sql: String) -> GantryError {
    .database(result, path: path, message: "\(String(cString: sqlite3_errmsg(handle))) [\(sql)]")
  }
}
