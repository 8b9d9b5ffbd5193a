import CLinux
import Errors
import Glibc
import Linux

/// Signals as something to read: they are blocked, and wait in a descriptor.
struct SignalSource {
  let descriptor: FileDescriptor

  /// - Throws: `GantryError` from signalfd(2).
  init(_ signals: Int32...) throws(GantryError) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    try retryingOnInterrupt("sigprocmask") { sigprocmask(SIG_BLOCK, &set, nil) }
    let number = try retryingOnInterrupt("signalfd") { signalfd(-1, &set, Int32(O_CLOEXEC | O_NONBLOCK)) }
    descriptor = FileDescriptor(adopting: number)
  }

  /// The signals that have come.
  func take() -> [Int32] {
    var signals: [Int32] = []
    var information = signalfd_siginfo()
    while Glibc.read(descriptor.number, &information, MemoryLayout<signalfd_siginfo>.size) > 0 {
      signals.append(Int32(information.ssi_signo))
    }
    return signals
  }
}
