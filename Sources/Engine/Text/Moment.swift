import Glibc

/// A point in time as nanoseconds since 1970, UTC: what the database keeps and `inspect` prints.
package struct Moment: Sendable, Hashable, Comparable {
  package let nanosecondsSince1970: Int64

  package init(nanosecondsSince1970: Int64) {
    self.nanosecondsSince1970 = nanosecondsSince1970
  }

  /// The system clock's time.
  package static var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(nanosecondsSince1970: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  package static func < (left: Moment, right: Moment) -> Bool {
    left.nanosecondsSince1970 < right.nanosecondsSince1970
  }

  /// How long after `earlier` this is; negative where it is before.
  package func since(_ earlier: Moment) -> Duration {
    .nanoseconds(nanosecondsSince1970 - earlier.nanosecondsSince1970)
  }
}
