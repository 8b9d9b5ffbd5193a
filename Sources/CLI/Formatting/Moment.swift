import Errors
import Glibc

/// A point in time to the nanosecond, and its spellings.
package struct Moment: Sendable, Equatable, Comparable {
  /// Since 1970.
  package let seconds: Int64
  package let nanoseconds: Int64

  /// - Parameter seconds: what lies past the year 9999, or as far before 1970, is taken for that.
  package init(seconds: Int64, nanoseconds: Int64 = 0) {
    let limit: Int64 = 253_402_300_799
    self.seconds = min(max(seconds, -limit), limit)
    self.nanoseconds = nanoseconds
  }

  package static var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }

  package static func < (left: Moment, right: Moment) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }

  /// This moment and some nanoseconds more (or less).
  package func advanced(nanoseconds more: Int64) -> Moment {
    let (whole, rest) = more.quotientAndRemainder(dividingBy: 1_000_000_000)
    var moment = Moment(seconds: seconds + whole, nanoseconds: nanoseconds + rest)
    if moment.nanoseconds < 0 {
      moment = Moment(seconds: moment.seconds - 1, nanoseconds: moment.nanoseconds + 1_000_000_000)
    } else if moment.nanoseconds >= 1_000_000_000 {
      moment = Moment(seconds: moment.seconds + 1, nanoseconds: moment.nanoseconds - 1_000_000_000)
    }
    return moment
  }

  /// "2026-11-23T20:35:21.000000001Z", nanoseconds always whole.
  package var rfc3339: String {
    let fields = Fields(seconds: seconds)
    return "\(fields.date)T\(fields.time).\(Self.padded(nanoseconds, 9))Z"
  }

  /// "2026-11-23T20:35:21.000000001+01:00" in this machine's zone, as Docker's `events` prints it.
  package var localRFC3339: String {
    let (fields, offset, _) = local
    return "\(fields.date)T\(fields.time).\(Self.padded(nanoseconds, 9))" + (offset == 0 ? "Z" : Self.zone(offset, ":"))
  }

  /// "2026-11-23T20:35:21+01:00" in this machine's zone, as Go's RFC3339.
  package var localSeconds: String {
    let (fields, offset, _) = local
    return "\(fields.date)T\(fields.time)" + (offset == 0 ? "Z" : Self.zone(offset, ":"))
  }

  /// "2026-11-23 20:35:09 +0000 UTC" in this machine's zone, as Docker's tables print it.
  package var localText: String {
    let (fields, offset, name) = local
    return "\(fields.date) \(fields.time) \(Self.zone(offset, "")) \(name)"
  }

  /// "Fri May 30 12:07:14 2025", UTC.
  package var ansiC: String {
    let fields = Fields(seconds: seconds)
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][fields.weekday]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let day = fields.day < 10 ? " \(fields.day)" : "\(fields.day)"
    return "\(weekday) \(months[fields.month - 1]) \(day) \(fields.time) \(fields.year)"
  }

  private var local: (Fields, offset: Int, name: String) {
    var time = time_t(seconds)
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return (Fields(seconds: seconds), 0, "UTC") }
    let offset = parts.tm_gmtoff
    let name = parts.tm_zone.map { String(cString: $0) } ?? "UTC"
    return (Fields(seconds: seconds + Int64(offset)), offset, name)
  }

  private static func zone(_ offset: Int, _ separator: String) -> String {
    let minutes = abs(offset) / 60
    return (offset < 0 ? "-" : "+") + padded(Int64(minutes / 60), 2) + separator + padded(Int64(minutes % 60), 2)
  }

  fileprivate static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Moment {
  /// A moment's calendar fields, UTC.
  fileprivate struct Fields {
    let year: Int
    let month: Int
    let day: Int
    let weekday: Int
    let date: String
    let time: String

    init(seconds: Int64) {
      let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
      let rest = seconds - days * 86400
      (year, month, day) = CivilCalendar.date(days: Int(days))
      weekday = Int(((days + 4) % 7 + 7) % 7)
      date = "\(padded(Int64(year), 4))-\(padded(Int64(month), 2))-\(padded(Int64(day), 2))"
      time = "\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
    }
  }
}
