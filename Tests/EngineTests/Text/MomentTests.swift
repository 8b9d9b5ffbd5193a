import Engine
import Testing

struct MomentTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1_795_466_096_707_580_889, "2026-11-23T20:34:56.707580889Z"),
    (951_782_400_000_000_000, "2000-02-29T00:00:00Z"), (-1_500_000_000, "1969-12-31T23:59:58.5Z"),
    (4_107_542_399_120_000_000, "2100-02-28T23:59:59.12Z"),
  ])
  func printsAsGoDoesAndReadsItBack(_ nanoseconds: Int64, _ text: String) {
    #expect(Moment(nanosecondsSince1970: nanoseconds).rfc3339 == text)
    #expect(Moment(rfc3339: text)?.nanosecondsSince1970 == nanoseconds)
  }

  @Test func readsOffsets() {
    #expect(Moment(rfc3339: "2026-11-23T22:34:56+02:00") == Moment(rfc3339: "2026-11-23T20:34:56Z"))
    #expect(Moment(rfc3339: "2026-11-23T15:04:56-05:30") == Moment(rfc3339: "2026-11-23T20:34:56Z"))
  }

  @Test(arguments: [
    "", "2026", "2026-13-01T00:00:00Z", "2026-11-23 20:34:56Z", "2026-11-23T20:34:56", "99999-01-01T00:00:00Z",
    "9999-01-01T00:00:00Z", "2026-11-23T20:34:56.Q",
  ])
  func refusesWhatIsNoDate(_ text: String) {
    #expect(Moment(rfc3339: text) == nil)
  }
}
