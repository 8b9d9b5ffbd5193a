import Errors

/// The pauses between tries: each twice the one before, a little by chance, so that those who broke off together do not
/// come back together.
struct BackOff {
  private let timing: Timing
  private var tries = 0

  init(_ timing: Timing) { self.timing = timing }

  /// Forgets the tries so far: it goes on.
  mutating func reset() { tries = 0 }

  /// The failure that nobody tries to mend any more, with how often it was tried where that was for long.
  func last(_ failure: RequestFailure) -> GantryError {
    let error = failure.error
    guard tries > 1, error.code == .unavailable else { return error }
    return GantryError(error.code, "\(error.message); given up after \(tries + 1) tries", cause: error.cause)
  }

  /// How long to wait before another try; nil where there is none.
  ///
  /// - Parameter limit: how many further tries there are in all.
  mutating func pause(after failure: RequestFailure, limit: Int) -> Duration? {
    guard tries < limit else { return nil }
    tries += 1
    let growing = min(timing.longestRetry, timing.firstRetry * (1 << min(tries - 1, 16)))
    let jittered = growing * Double.random(in: 0.8...1.2)
    switch failure.retry {
    case .never: return nil
    case .backOff: return jittered
    case .after(let least): return max(least, jittered)
    }
  }
}
