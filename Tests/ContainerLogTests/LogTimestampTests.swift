import ContainerLog
import Testing

@Suite struct LogTimestampTests {
  @Test(arguments: [
    (0, 0, "1970-01-01T00:00:00Z"), (1_709_210_096, 0, "2024-02-29T12:34:56Z"),
    (1_709_210_096, 120_000_000, "2024-02-29T12:34:56.12Z"), (4_102_444_799, 1, "2099-12-31T23:59:59.000000001Z"),
    (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"), (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
  ])
  func printsAsGoDoesAndReadsItBack(seconds: Int64, nanoseconds: Int32, text: String) {
    let time = LogTimestamp(seconds: seconds, nanoseconds: nanoseconds)
    #expect(time.rfc3339Nano == text)
    #expect(LogTimestamp(rfc3339: text) == time)
  }

  @Test func paddingKeepsNineDigits() {
    #expect(LogTimestamp(seconds: 0, nanoseconds: 120).rfc3339NanoPadded == "1970-01-01T00:00:00.000000120Z")
  }

  @Test func readsOffsets() {
    #expect(LogTimestamp(rfc3339: "1970-01-01T02:30:00.5+02:30") == LogTimestamp(seconds: 0, nanoseconds: 500_000_000))
  }

  @Test(arguments: [
    "", "1970", "1970-13-01T00:00:00Z", "1970-01-01T00:00:00", "1970-01-01T00:00:00.Z", "x970-01-01T00:00:00Z",
  ])
  func refusesWhatIsNoTime(text: String) {
    #expect(LogTimestamp(rfc3339: text) == nil)
  }
}
