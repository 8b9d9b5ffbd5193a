import CProcessors
import Linux

/// Whether a peer asks again as soon as it is answered, and how long it is worth while to look for that instead of
/// sleeping.
///
/// Waking a thread on another, idle processor takes 10 to 20 microseconds, more than a call takes. A request that came
/// right after an answer makes the loop look for the next one. A look in vain makes the loop pass over more and more
/// chances: on a busy machine the peer may wait for this very processor. A peer that asks now and then, or never, costs
/// nothing.
package struct QuickPeer {
  /// How long the loop looks for the next request.
  package static let patience = Duration.microseconds(50)
  /// How soon after the answer a request comes from a peer that waited for that; both had to be woken in between.
  package static let quickness = Duration.microseconds(100)

  private let hasOtherProcessors: Bool
  private var answeredAt: MonotonicTime?
  private var isQuick = false
  private var isAnswered = false
  /// Chances to pass over before the next look.
  private var toPassOver = 0
  /// Chances that the next look in vain costs.
  private var price = 1

  /// - Parameter processors: how many this process may run on; where there is one, looking keeps the peer from asking.
  package init(processors: Int = Int(gantry_processors())) { hasOtherProcessors = processors > 1 }

  /// A request has come.
  package mutating func asks(at time: @autoclosure () -> MonotonicTime = .now) {
    guard hasOtherProcessors, let answered = answeredAt else { return }
    isQuick = answered.duration(to: time()) <= Self.quickness
  }

  /// All that was asked is answered.
  package mutating func isAnswered(at time: @autoclosure () -> MonotonicTime = .now) {
    guard hasOtherProcessors else { return }
    answeredAt = time()
    isAnswered = true
  }

  /// How long to look for the next request before sleeping; nil for not at all. Once for each answer.
  package mutating func takePatience() -> Duration? {
    defer { isAnswered = false }
    guard isAnswered, isQuick else { return nil }
    guard toPassOver == 0 else {
      toPassOver -= 1
      return nil
    }
    return Self.patience
  }

  /// How a look has ended.
  package mutating func looked(inVain: Bool) {
    if inVain {
      toPassOver = price
      price = min(price * 2, Self.highestPrice)
    } else {
      price = max(price / 2, 1)
    }
  }

  /// A look in vain takes 50 microseconds: among so many calls of 10 each it does not count.
  private static let highestPrice = 1024
}
