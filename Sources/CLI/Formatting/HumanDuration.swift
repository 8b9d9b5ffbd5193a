/// Spans of time as Docker words them.
package enum HumanDuration {
  /// "Less than a second", "About a minute", "3 weeks".
  package static func text(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    let minutes = seconds / 60
    let hours = (seconds + 1800) / 3600
    return switch (seconds, minutes, hours) {
    case (..<1, _, _): "Less than a second"
    case (1, _, _): "1 second"
    case (..<60, _, _): "\(seconds) seconds"
    case (_, 1, _): "About a minute"
    case (_, ..<60, _): "\(minutes) minutes"
    case (_, _, 1): "About an hour"
    case (_, _, ..<48): "\(hours) hours"
    case (_, _, ..<(24 * 7 * 2)): "\(hours / 24) days"
    case (_, _, ..<(24 * 30 * 2)): "\(hours / 24 / 7) weeks"
    case (_, _, ..<(24 * 365 * 2)): "\(hours / 24 / 30) months"
    default: "\(seconds / 3600 / 24 / 365) years"
    }
  }

  /// How long before `now` the moment is, in seconds since 1970: "2 minutes ago"; "N/A" of Go's zero time, which stands
  /// for one that nobody knows.
  package static func ago(_ moment: Int64, now: Int64) -> String {
    moment == zeroTime ? "N/A" : text(.seconds(now &- moment)) + " ago"
  }

  /// The first second of the year 1.
  private static let zeroTime: Int64 = -62_135_596_800
}
