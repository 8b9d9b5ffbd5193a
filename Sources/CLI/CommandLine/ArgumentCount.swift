/// How many arguments a command takes.
package enum ArgumentCount: Sendable {
  case any
  case none
  case exactly(Int)
  case atLeast(Int)
  case atMost(Int)
  case between(Int, Int)

  /// Docker's clause about a wrong number, such as "requires at least 1 argument"; nil where the number is right.
  package func complaint(about count: Int) -> String? {
    func arguments(_ count: Int) -> String { count == 1 ? "1 argument" : "\(count) arguments" }
    switch self {
    case .none where count > 0: return "accepts no arguments"
    case .exactly(let wanted) where count != wanted: return "requires \(arguments(wanted))"
    case .atLeast(let least) where count < least: return "requires at least \(arguments(least))"
    case .atMost(let most) where count > most: return "requires at most \(arguments(most))"
    case .between(let least, let most) where count < least || count > most:
      return "requires at least \(least) and at most \(arguments(most))"
    default: return nil
    }
  }
}
