/// Signals by name, for a shim, which takes numbers only. Whoever asks the engine sends the name.
package enum SignalName {
  /// From 1 on, as Linux numbers them on the processors that we know.
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR", "SYS",
  ]

  /// "TERM", "SIGTERM", "term", "15".
  ///
  /// - Throws: `.local`, "Invalid signal: TEXT".
  package static func number(_ text: String) throws(CommandFailure) -> UInt32 {
    if let number = UInt32(text), (1...64).contains(number) { return number }
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    guard let place = names.firstIndex(of: name) else { throw .local("Invalid signal: \(text)") }
    return UInt32(place + 1)
  }
}
