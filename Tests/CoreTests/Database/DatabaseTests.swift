import Database
import Errors
import Glibc
import Linux
import Testing

@Suite struct DatabaseTests {
  let scratch: ScratchDirectory
  let path: String

  static let schema = [
    Migration(
      version: 1,
      sql: """
        CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (id), data BLOB, ratio REAL, flag INTEGER);
        """)
  ]

  init() throws {
    scratch = try ScratchDirectory()
    path = scratch.file("test.db")
  }

  /// What it holds is nobody else's, also where an earlier version made it readable.
  @Test func onlyTheOwnerCanReadIt() async throws {
    for _ in 0..<2 {
      let database = try await Database.open(path: path, migrations: Self.schema)
      try await database.transaction { try $0.execute("INSERT INTO parent (name) SELECT count(*) FROM parent") }
      for suffix in ["", "-wal", "-shm"] {
        var status = stat()
        #expect(stat(path + suffix, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
      }
      await database.close()
      chmod(path, 0o644)
    }
  }

  @Test func valuesComeOutAsTheyWentIn() async throws {
    let database = try await Database.open(path: path, migrations: Self.schema)
    let row = try await database.transaction { transaction in
      try transaction.execute("INSERT INTO parent VALUES (?, ?)", 7, "zé\u{0}ro")
      let none: Double? = nil
      try transaction.execute("INSERT INTO child VALUES (?, ?, ?, ?)", 7, [0, 1, 255] as [UInt8], none, true)
      return try transaction.first("SELECT * FROM parent JOIN child ON child.parent = parent.id")
    }
    let found = try #require(row)
    #expect(try found.get("name", as: String.self) == "zé\u{0}ro")
    #expect(try found.get("data", as: [UInt8].self) == [0, 1, 255])
    #expect(try found.get("ratio", as: Double?.self) == nil)
    #expect(try found.get("flag", as: Bool.self))
    #expect(throws: GantryError.self) { try found.get("name", as: Int.self) }
    #expect(throws: GantryError.self) { try found.get("nothing", as: Int.self) }
    await database.close()
  }

  @Test func aTransactionThatThrowsLeavesNothing() async throws {
    let database = try await Database.open(path: path, migrations: Self.schema)
    let error = await #expect(throws: GantryError.self) {
      try await database.transaction { transaction in
        try transaction.execute("INSERT INTO parent VALUES (1, 'a')")
        throw GantryError(.aborted, "on purpose")
      }
    }
    #expect(error?.code == .aborted)
    let count = try await database.transaction {
      try $0.first("SELECT count(*) AS n FROM parent")?.get("n", as: Int.self)
    }
    #expect(count == 0)
  }

  @Test(arguments: [
    ("INSERT INTO parent VALUES (2, 'a')", ErrorCode.alreadyExists),
    ("INSERT INTO parent VALUES (1, 'b')", .alreadyExists),
    ("INSERT INTO parent VALUES (3, NULL)", .failedPrecondition),
    ("INSERT INTO child (parent) VALUES (99)", .failedPrecondition),
    ("INSERT INTO nowhere VALUES (1)", .internal),
  ])
  func aRefusedStatementHasACode(_ sql: String, _ code: ErrorCode) async throws {
    let database = try await Database.open(path: path, migrations: Self.schema)
    try await database.transaction { try $0.execute("INSERT INTO parent VALUES (1, 'a')") }
    let error = await #expect(throws: GantryError.self) {
      try await database.transaction { try $0.execute(sql) }
    }
    #expect(error?.code == code)
  }

  @Test func aNewerSchemaIsRefusedAndUntouched() async throws {
    let newer = Self.schema + [Migration(version: 2, sql: "CREATE TABLE later (id INTEGER)")]
    await (try Database.open(path: path, migrations: newer)).close()
    let error = await #expect(throws: GantryError.self) {
      _ = try await Database.open(path: path, migrations: Self.schema)
    }
    #expect(error?.code == .failedPrecondition)
    let message = try #require(error?.message)
    for part in [path, "version 2", "up to 1", "put back"] { #expect(message.contains(part)) }
    await (try Database.open(path: path, migrations: newer)).close()
  }

  @Test func anOlderSchemaIsBroughtUpToDate() async throws {
    await (try Database.open(path: path, migrations: Self.schema)).close()
    let newer = Self.schema + [Migration(version: 2, sql: "CREATE TABLE later (id INTEGER)")]
    let database = try await Database.open(path: path, migrations: newer)
    try await database.transaction { try $0.execute("INSERT INTO later VALUES (1)") }
  }

  @Test func aFailedMigrationChangesNothing() async throws {
    await (try Database.open(path: path, migrations: Self.schema)).close()
    let broken = Self.schema + [Migration(version: 2, sql: "CREATE TABLE later (id INTEGER); CREATE TABEL x")]
    await #expect(throws: GantryError.self) { _ = try await Database.open(path: path, migrations: broken) }
    let fixed = Self.schema + [Migration(version: 2, sql: "CREATE TABLE later (id INTEGER)")]
    await (try Database.open(path: path, migrations: fixed)).close()
  }

  @Test func aFileThatIsNoDatabaseIsDataLossAndNamed() async throws {
    let file = try FileDescriptor.open(path, O_CREAT | O_WRONLY)
    try file.writeAll([UInt8](repeating: 0x41, count: 8192))
    let error = await #expect(throws: GantryError.self) {
      _ = try await Database.open(path: path, migrations: Self.schema)
    }
    #expect(error?.code == .dataLoss)
    #expect(error?.message.contains(path) == true)
  }

  @Test func aDatabaseThatCannotBeMadeSaysWhere() async throws {
    let error = await #expect(throws: GantryError.self) {
      _ = try await Database.open(path: scratch.file("missing/test.db"), migrations: Self.schema)
    }
    #expect(error?.code == .permissionDenied)
    #expect(error?.message.contains("missing/test.db") == true)
  }

  @Test func manyTransactionsAtOnceAllHappen() async throws {
    let database = try await Database.open(path: path, migrations: Self.schema)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          _ = try await database.transaction {
            try $0.execute("INSERT INTO parent VALUES (?, ?)", number, "n\(number)")
          }
        }
      }
      try await group.waitForAll()
    }
    let count = try await database.transaction {
      try $0.first("SELECT count(*) AS n FROM parent")?.get("n", as: Int.self)
    }
    #expect(count == 200)
  }

  @Test func theLogDoesNotGrowWithoutEnd() async throws {
    let database = try await Database.open(path: path, migrations: Self.schema)
    let block = [UInt8](repeating: 1, count: 40_000)
    try await database.transaction { try $0.execute("INSERT INTO parent VALUES (1, 'a')") }
    for _ in 0..<600 {
      try await database.transaction { try $0.execute("UPDATE parent SET name = 'b' WHERE id = 1") }
      try await database.transaction { transaction in
        try transaction.execute("DELETE FROM child")
        try transaction.execute("INSERT INTO child VALUES (1, ?, 0, 0)", block)
      }
    }
    var status = stat()
    #expect(stat("\(path)-wal", &status) == 0)
    #expect(status.st_size < 16 << 20)
  }

  @Test func afterCloseItSaysSo() async throws {
    let database = try await Database.open(path: path, migrations: Self.schema)
    await database.close()
    let error = await #expect(throws: GantryError.self) {
      try await database.transaction { try $0.execute("DELETE FROM child") }
    }
    #expect(error?.code == .failedPrecondition)
  }

  @Test func aTransactionDoesNotWaitForTheDisk() async throws {
    let database = try await Database.open(path: path, migrations: Self.schema)
    let clock = ContinuousClock()
    var fastest = Duration.seconds(1)
    for number in 0..<300 {
      let duration = try await clock.measure {
        _ = try await database.transaction { try $0.execute("INSERT INTO parent VALUES (?, ?)", number, "n\(number)") }
      }
      fastest = min(fastest, duration)
    }
    print("database: \(fastest) for the fastest of 300 transactions")
    // The fastest, since other tests run beside; a sync of the disk would slow down each of them.
    #expect(fastest < .milliseconds(2))
  }
}
