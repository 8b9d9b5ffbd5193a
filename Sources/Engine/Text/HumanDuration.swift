/// A length of time as Docker's tables tell it: "5 seconds", "About an hour".
///
/// The steps are those of Docker's go-units, so that `ps` reads alike.
package func humanDuration(_ duration: Duration) -> String {
  let seconds = max(0, duration.components.seconds)
  if seconds < 1 { return "Less than a second" }
  if seconds == 1 { return "1 second" }
  if seconds < 60 { return "\(seconds) seconds" }
  let minutes = seconds / 60
  if minutes == 1 { return "About a minute" }
  if minutes < 60 { return "\(minutes) minutes" }
  let hours = (seconds + 1800) / 3600
  if hours == 1 { return "About an hour" }
  if hours < 48 { return "\(hours) hours" }
  if hours < 24 * 7 * 2 { return "\(hours / 24) days" }
  if hours < 24 * 30 * 2 { return "\(hours / 24 / 7) weeks" }
  if hours < 24 * 365 * 2 { return "\(hours / 24 / 30) months" }
  return "\(seconds / 3600 / 24 / 365) years"
}
