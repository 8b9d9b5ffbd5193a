import Errors

extension Timing {
  /// Reads `--connect-timeout`, `--stall-timeout` and `--first-retry`, each followed by milliseconds.
  ///
  /// - Throws: `.invalidArgument` naming what is not understood.
  package init(arguments: [String]) throws(GantryError) {
    self.init()
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let text = rest.popFirst(), let milliseconds = Int64(text), (1...3_600_000).contains(milliseconds) else {
        throw GantryError(.invalidArgument, "\(name) must be followed by a number of milliseconds")
      }
      let duration = Duration.milliseconds(milliseconds)
      switch name {
      case "--connect-timeout": connect = duration
      case "--stall-timeout": stall = duration
      case "--first-retry": firstRetry = duration
      default:
        throw GantryError(
          .invalidArgument,
          "\(name) is not known: there are --connect-timeout, --stall-timeout and --first-retry, in milliseconds")
      }
    }
  }
}
