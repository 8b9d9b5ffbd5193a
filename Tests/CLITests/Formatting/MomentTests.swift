import CLI
import Errors
import Testing

@Suite struct MomentTests {
  private static let now = Moment(seconds: 1_000_000, nanoseconds: 500)

  @Test(arguments: [
    ("42m", Moment(seconds: 1_000_000 - 42 * 60, nanoseconds: 500)),
    ("1h30m", Moment(seconds: 1_000_000 - 5400, nanoseconds: 500)),
    ("1.5s", Moment(seconds: 999_998, nanoseconds: 500_000_500)),
    ("0", Moment(seconds: 0)), ("1795466120.921188098", Moment(seconds: 1_795_466_120, nanoseconds: 921_188_098)),
    ("1.5", Moment(seconds: 1, nanoseconds: 500_000_000)),
    ("1970-01-02", Moment(seconds: 86400)), ("2026-11-23T20:35:21Z", Moment(seconds: 1_795_466_121)),
    ("2026-11-23T20:35:21.5+01:00", Moment(seconds: 1_795_462_521, nanoseconds: 500_000_000)),
    ("2026-11-23T20:35", Moment(seconds: 1_795_466_100)),
  ])
  func `since and until take spans, dates and seconds`(_ text: String, _ moment: Moment) throws {
    #expect(try Moment(option: text, now: Self.now) == moment)
  }

  @Test(arguments: ["x", "", "12:30", "2026-13-01", "5y", "2026-11-23T25:00:00Z", "-"])
  func `anything else is refused in Docker's words`(_ text: String) {
    let error = #expect(throws: GantryError.self) { try Moment(option: text, now: Self.now) }
    #expect(error?.message == "failed to parse value as time or duration: \"\(text)\"")
  }

  @Test func `moments print as the tables and the logs have them`() {
    let moment = Moment(seconds: 1_795_466_121, nanoseconds: 9_430_857)
    #expect(moment.rfc3339 == "2026-11-23T20:35:21.009430857Z")
    #expect(Moment(seconds: 1_748_606_834).ansiC == "Fri May 30 12:07:14 2025")
    #expect(Moment(rfc3339: moment.rfc3339) == moment)
    #expect(Moment(rfc3339: "yesterday") == nil)
  }

  @Test(arguments: [-719_468, -1, 0, 59, 11_016, 20_780, 2_932_896])
  func `the calendar goes both ways`(_ days: Int) {
    let (year, month, day) = CivilCalendar.date(days: days)
    #expect(CivilCalendar.days(year: year, month: month, day: day) == days)
  }
}
