import Errors
import Messages
import Shim
import Testing

@Suite struct RecoveryRecordTests {
  @Test func whatIsWrittenIsReadBack() throws {
    let record = RecoveryRecord(
      id: "c1", pid: 42, startTime: 123_456, startedAtInNanoseconds: 1_700_000_000_000_000_001, terminal: true,
      inputOnce: true,
      log: .init(driver: "json-file", path: "/a \"b\"/c", maxSizeInBytes: 10 << 20, maxFiles: 3), pipes: [1, 0, 7])
    #expect(try RecoveryRecord(parsing: record.serialized()) == record)
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"id":"x","pid":99999999999}"#, #"{"id":"x","pid":1,"startTime":1,"startedAt":1,"pipes":[]}"#,
  ])
  func aDamagedOneIsRefused(text: String) {
    #expect(throws: GantryError.self) { try RecoveryRecord(parsing: Array(text.utf8)) }
  }
}
