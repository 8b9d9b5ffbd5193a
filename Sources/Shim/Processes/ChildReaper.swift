import CLinux
import Errors
import Glibc

/// Collects every child that ends: the containers' processes, loggers, and orphans that the kernel hands over.
final class ChildReaper {
  private var handlers: [pid_t: (UInt32) -> Void] = [:]

  /// Calls `handler` once with the exit status when the child ends: its code, or 128 and its signal.
  func watch(_ pid: pid_t, handler: @escaping (UInt32) -> Void) {
    handlers[pid] = handler
  }

  func forget(_ pid: pid_t) { handlers[pid] = nil }

  /// Collects those that have ended; called when SIGCHLD says so.
  func reap() {
    while true {
      var status: Int32 = 0
      let pid = waitpid(-1, &status, WNOHANG)
      if pid < 0, gantry_errno() == EINTR { continue }
      guard pid > 0 else { return }
      handlers.removeValue(forKey: pid)?(Self.exitStatus(status))
    }
  }

  static func exitStatus(_ status: Int32) -> UInt32 {
    let signal = status & 0x7F
    return signal == 0 ? UInt32(status >> 8 & 0xFF) : 128 + UInt32(signal)
  }
}
