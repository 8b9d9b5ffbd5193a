import Errors

/// Signals by name or number.
package enum SignalName {
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR", "SYS",
  ]

  /// - Throws: `.invalidArgument` for a name or number that is no signal.
  package static func number(_ text: String) throws(GantryError) -> Int32 {
    if let number = Int32(text), (0...64).contains(number) { return number }
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    if let index = names.firstIndex(of: name) { return Int32(index) + 1 }
    throw GantryError(.invalidArgument, "unknown signal \"\(text)\"; use a name such as TERM or a number")
  }
}
