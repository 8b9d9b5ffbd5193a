import Foundation

/// Asks until the answer is yes; fails past the deadline, saying what was waited for.
func eventually(_ what: String, within seconds: Double = 15, _ condition: () throws -> Bool) throws {
  let deadline = Date().addingTimeInterval(seconds)
  while Date() < deadline {
    if try condition() { return }
    poll(nil, 0, 20)
  }
  throw TestFailure("not within \(seconds) seconds: \(what)")
}
