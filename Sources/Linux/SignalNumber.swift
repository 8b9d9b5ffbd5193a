import Errors
import Glibc

/// The signals a person may name: "KILL", "SIGKILL", "kill", "9", "RTMIN+3" (signal(7)).
public enum SignalNumber {
  /// The number behind a name or number.
  ///
  /// - Throws: `.invalidArgument`, "Invalid signal: TEXT".
  public static func of(_ text: String) throws(GantryError) -> UInt32 {
    if let number = UInt32(text) {
      guard (1...64).contains(number) else { throw invalid(text) }
      return number
    }
    var name = text.uppercased()
    if name.hasPrefix("SIG") { name.removeFirst(3) }
    if let number = numbers[name] { return UInt32(number) }
    if let offset = offset(of: name, after: "RTMIN+"), offset <= 15 { return 34 + offset }
    if let offset = offset(of: name, after: "RTMAX-"), offset <= 14 { return 64 - offset }
    throw invalid(text)
  }

  private static func offset(of name: String, after prefix: String) -> UInt32? {
    name.hasPrefix(prefix) ? UInt32(name.dropFirst(prefix.count)) : nil
  }

  private static func invalid(_ text: String) -> GantryError {
    GantryError(.invalidArgument, "Invalid signal: \(text)")
  }

  private static let numbers: [String: Int32] = [
    "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ILL": SIGILL, "TRAP": SIGTRAP, "ABRT": SIGABRT, "IOT": SIGABRT,
    "BUS": SIGBUS, "FPE": SIGFPE, "KILL": SIGKILL, "USR1": SIGUSR1, "SEGV": SIGSEGV, "USR2": SIGUSR2,
    "PIPE": SIGPIPE, "ALRM": SIGALRM, "TERM": SIGTERM, "STKFLT": 16, "CHLD": SIGCHLD, "CLD": SIGCHLD,
    "CONT": SIGCONT, "STOP": SIGSTOP, "TSTP": SIGTSTP, "TTIN": SIGTTIN, "TTOU": SIGTTOU, "URG": SIGURG,
    "XCPU": SIGXCPU, "XFSZ": SIGXFSZ, "VTALRM": SIGVTALRM, "PROF": SIGPROF, "WINCH": SIGWINCH, "IO": SIGIO,
    "POLL": SIGIO, "PWR": SIGPWR, "SYS": SIGSYS, "UNUSED": SIGSYS, "RTMIN": 34, "RTMAX": 64,
  ]
}
